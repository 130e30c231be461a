trl sft \
    --model_name_or_path microsoft/phi-2 \
    --dataset_name trl-lib/Capybara \
    --use_peft \
    --max_length 512
