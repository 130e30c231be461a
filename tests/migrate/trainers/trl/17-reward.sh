trl reward \
    --model_name_or_path Qwen/Qwen2.5-0.5B \
    --dataset_name trl-lib/ultrafeedback_binarized \
    --per_device_train_batch_size 8 \
    --max_length 2048 \
    --output_dir out
