from datasets import load_dataset
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

max_seq_length = 1024
model, tokenizer = FastLanguageModel.from_pretrained(model_name="HuggingFaceTB/SmolLM2-135M", max_seq_length=4096, fast_inference=True, gpu_memory_utilization=0.6, max_lora_rank=64)
model = FastLanguageModel.get_peft_model(model, r=64)
dataset = load_dataset("mlabonne/FineTome-100k", split="train")
trainer = SFTTrainer(model=model, tokenizer=tokenizer, train_dataset=dataset, args=SFTConfig(per_device_train_batch_size=1, gradient_accumulation_steps=1))
