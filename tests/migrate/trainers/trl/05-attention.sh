trl sft --model_name_or_path HuggingFaceTB/SmolLM2-135M --dataset_name trl-lib/Capybara --output_dir out --use_peft --lora_target_modules q_proj k_proj v_proj o_proj --max_length 2048
