trl sft \
    --model_name_or_path meta-llama/Meta-Llama-3-8B-Instruct \
    --dataset_name trl-lib/Capybara \
    --use_peft \
    --load_in_4bit \
    --use_bnb_nested_quant \
    --bnb_4bit_quant_type nf4 \
    --lora_target_modules q_proj k_proj v_proj o_proj gate_proj up_proj down_proj \
    --max_length 1536 \
    --per_device_train_batch_size 1
