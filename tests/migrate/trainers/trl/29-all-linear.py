from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

peft_config = LoraConfig(r=256, lora_alpha=16, target_modules="all-linear")
args = SFTConfig(learning_rate=2e-4, per_device_train_batch_size=1, gradient_accumulation_steps=8, max_length=4096)
trainer = SFTTrainer(model="HuggingFaceTB/SmolLM2-360M", args=args, peft_config=peft_config,
                     train_dataset=load_dataset("open-thoughts/OpenThoughts-114k", split="train"))
trainer.train()
