from datasets import load_dataset
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

max_seq_length = 1024
model, tokenizer = FastLanguageModel.from_pretrained(model_name="HuggingFaceTB/SmolLM2-135M", load_in_4bit=False, load_in_8bit=True)
model = FastLanguageModel.get_peft_model(model, r=16)
dataset = load_dataset("mlabonne/FineTome-100k", split="train")
trainer = SFTTrainer(model=model, tokenizer=tokenizer, train_dataset=dataset, args=SFTConfig(per_device_train_batch_size=2, gradient_accumulation_steps=4, ))
