trl sft \
    --model_name_or_path mistralai/Mistral-7B-v0.3 \
    --dataset_name trl-lib/Capybara \
    --use_peft \
    --lora_modules_to_save lm_head embed_tokens \
    --attn_implementation flash_attention_2
