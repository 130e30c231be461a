accelerate launch --num_processes 4 --config_file examples/accelerate_configs/deepspeed_zero3.yaml trl/scripts/sft.py \
    --model_name_or_path Qwen/Qwen3-4B \
    --dataset_name trl-lib/Capybara \
    --gradient_accumulation_steps 2 \
    --per_device_train_batch_size 4 \
    --output_dir out
