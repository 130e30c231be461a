trl sft --model_name_or_path HuggingFaceTB/SmolLM2-135M --dataset_name trl-lib/Capybara --output_dir out --gradient_accumulation_steps 8 --per_device_train_batch_size 2 --num_train_epochs 1
