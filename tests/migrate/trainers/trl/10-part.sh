trl sft --model_name_or_path HuggingFaceTB/SmolLM2-135M --dataset_name trl-lib/Capybara --output_dir out --use_peft --use_liger_kernel --max_length=512 --dataset_config all
