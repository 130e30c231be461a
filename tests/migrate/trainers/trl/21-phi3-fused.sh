trl sft \
    --model_name_or_path microsoft/Phi-3-mini-4k-instruct \
    --dataset_name trl-lib/Capybara \
    --use_peft \
    --lora_target_modules qkv_proj o_proj
