trl kto \
    --model_name_or_path Qwen/Qwen2.5-0.5B \
    --dataset_name trl-lib/kto-mix-14k \
    --per_device_train_batch_size 16 \
    --use_peft \
    --lora_target_modules all-linear \
    --lora_r 16 \
    --lora_alpha 16 \
    --output_dir out
