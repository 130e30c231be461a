trl sft \
    --model_name_or_path Qwen/Qwen3-0.6B \
    --dataset_name trl-lib/Capybara \
    --use_peft \
    --use_rslora \
    --use_dora \
    --lora_r 8 \
    --lora_dropout 0.1
