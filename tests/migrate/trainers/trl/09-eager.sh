trl sft --model_name_or_path HuggingFaceTB/SmolLM2-135M --dataset_name trl-lib/Capybara --output_dir out --gradient_checkpointing false --attn_implementation flash_attention_2 --bf16 true
