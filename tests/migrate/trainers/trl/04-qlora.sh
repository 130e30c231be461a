trl sft --model_name_or_path HuggingFaceTB/SmolLM2-135M --dataset_name trl-lib/Capybara --output_dir out --use_peft --load_in_4bit --lora_target_modules all-linear --per_device_train_batch_size 1
