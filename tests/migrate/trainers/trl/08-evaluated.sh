trl sft --model_name_or_path HuggingFaceTB/SmolLM2-135M --dataset_name trl-lib/Capybara --output_dir out --eval_strategy steps --eval_steps 100 --logging_steps 25 --report_to none
