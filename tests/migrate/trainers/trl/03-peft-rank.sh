trl sft --model_name_or_path HuggingFaceTB/SmolLM2-135M --dataset_name trl-lib/Capybara --output_dir out --use_peft --lora_r 32 --lora_alpha 16 --learning_rate 2.0e-4 --packing
