using System.Text.Json.Nodes;
using Hone.Models.Configuration;
using Hone.Models.Weights;

namespace Hone.Tests.Models.Configuration;

/// <summary>What config.json says of experts.</summary>
public sealed class ExpertConfigTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Layers_that_a_file_names_or_skips_are_dense()
    {
        var config = Read(Qwen("qwen3_moe", "Qwen3MoeForCausalLM"), json =>
        {
            json["decoder_sparse_step"] = 2;
            json["mlp_only_layers"] = new JsonArray(3);
            json["norm_topk_prob"] = true;
        });

        Assert.Equal([false, true, false, false, false, true], Enumerable.Range(0, 6).Select(layer => config.Layer(layer).HasExperts));
        Assert.Equal((8, 2, 28, true, ExpertStorage.Modules), Form(config.Experts!));
        Assert.Null(config.Experts!.SharedWidth);
        Assert.Equal((100, QkNorm.PerHead), (config.FeedForwardWidth, config.QkNorm));
    }

    [Fact]
    public void Both_names_of_the_number_of_experts_mean_the_same()
    {
        var older = Read(Qwen("qwen3_moe", "Qwen3MoeForCausalLM"), _ => { });
        var newer = Read(Qwen("qwen3_moe", "Qwen3MoeForCausalLM"), json => Rename(json, "num_experts", "num_local_experts"));

        Assert.Equal(older, newer with { EosTokenIds = older.EosTokenIds });
        Assert.False(older.Experts!.NormalizeTopK);
    }

    [Theory]
    [InlineData(true, 16)]
    [InlineData(false, null)]
    public void A_window_of_qwen3_that_is_in_use_is_in_every_layer(bool used, int? window)
    {
        var config = Read(Qwen("qwen3_moe", "Qwen3MoeForCausalLM"), json =>
        {
            json["use_sliding_window"] = used;
            json["sliding_window"] = 16;
            json["max_window_layers"] = 2;
        });

        Assert.All(Enumerable.Range(0, 6), layer => Assert.Equal(window, config.Layer(layer).Window));
    }

    [Fact]
    public void Qwen2_has_an_expert_that_every_token_visits_and_biases()
    {
        var config = Read(Qwen("qwen2_moe", "Qwen2MoeForCausalLM"), json => json["shared_expert_intermediate_size"] = 60);

        Assert.Equal((60, true, false), (config.Experts!.SharedWidth, config.QkvBias, config.OutputBias));
        Assert.False(config.Experts.NormalizeTopK);
    }

    [Fact]
    public void Absent_keys_of_gpt_oss_have_their_published_meaning()
    {
        var config = Read(GptOss(), _ => { });

        Assert.Equal((4, 2, 64, true, ExpertStorage.Fused), Form(config.Experts!));
        Assert.Equal((1.702f, 7f, true), (config.Experts!.Clamp!.Alpha, config.Experts.Clamp.Limit, config.Experts.HasBiases));
        Assert.Equal([128, null, 128], Enumerable.Range(0, 3).Select(layer => config.Layer(layer).Window));
        Assert.Equal((true, true, true), (config.Sinks, config.QkvBias, config.OutputBias));
        Assert.Equal(150_000, config.Ropes[0].Theta);
        Assert.Equal(new RopeScaling.Yarn(32, 4096, 32, 1, false, (0.1 * Math.Log(32)) + 1), config.Ropes[0].Scaling);
    }

    [Theory]
    [InlineData("num_experts_per_tok", "5", "num_experts_per_tok is 5, expected at most the number of experts, 4")]
    [InlineData("experts_per_token", "3", "experts_per_token is 3, but num_experts_per_tok is 2")]
    [InlineData("num_experts", "3", "num_experts is 3, but num_local_experts is 4")]
    [InlineData("num_local_experts", "2000000000", "the number of experts is 2000000000; Hone runs up to 4096")]
    [InlineData("swiglu_limit", "-1", "swiglu_limit is -1, expected a number above 0")]
    [InlineData("quantization_config", """{"quant_method":"gptq"}""", "quantization_config.quant_method is gptq; Hone runs mxfp4 only")]
    [InlineData("quantization_config", """{"quant_method":"mxfp4","bits":3}""", "quantization_config.bits is 3, a key that Hone does not know")]
    [InlineData("quantization_config", "4", "quantization_config is 4, expected an object")]
    [InlineData("mlp_only_layers", "[1]", "mlp_only_layers is [1], a key that Hone does not know")]
    public void A_value_that_is_wrong_is_refused_by_name(string key, string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => Read(GptOss(), json => json[key] = JsonNode.Parse(value))).Message);

    [Fact]
    public void Mxfp4_needs_whole_blocks() =>
        Assert.Contains("intermediate_size is 48; MXFP4 needs multiples of 32", Assert.Throws<ModelFileException>(() => Read(GptOss(), json =>
        {
            json["quantization_config"] = JsonNode.Parse("""{"quant_method":"mxfp4","modules_to_not_convert":["lm_head"]}""");
            json["intermediate_size"] = 48;
        })).Message);

    [Fact]
    public void A_layer_that_is_no_whole_number_is_refused() =>
        Assert.Contains("mlp_only_layers is [1.5], expected a list of whole numbers", Assert.Throws<ModelFileException>(() =>
            Read(Qwen("qwen3_moe", "Qwen3MoeForCausalLM"), json => json["mlp_only_layers"] = new JsonArray(1.5))).Message);

    static (int, int, int, bool, ExpertStorage) Form(ExpertsConfig experts) =>
        (experts.Count, experts.PerToken, experts.FeedForwardWidth, experts.NormalizeTopK, experts.Storage);

    static JsonObject Qwen(string type, string architecture) => JsonNode.Parse($$"""
        {"architectures":["{{architecture}}"],"model_type":"{{type}}","vocab_size":99,"hidden_size":48,"intermediate_size":100,
        "num_hidden_layers":6,"num_attention_heads":4,"num_key_value_heads":2,"head_dim":12,"hidden_act":"silu","num_experts":8,
        "num_experts_per_tok":2,"moe_intermediate_size":28,"router_aux_loss_coef":0.001}
        """)!.AsObject();

    static JsonObject GptOss() => JsonNode.Parse("""
        {"architectures":["GptOssForCausalLM"],"model_type":"gpt_oss","vocab_size":99,"hidden_size":64,"intermediate_size":64,
        "num_hidden_layers":3,"num_attention_heads":4,"num_key_value_heads":2,"num_local_experts":4,"num_experts_per_tok":2}
        """)!.AsObject();

    static void Rename(JsonObject json, string from, string to)
    {
        json[to] = json[from]!.DeepClone();
        json.Remove(from);
    }

    DecoderConfig Read(JsonObject json, Action<JsonObject> change)
    {
        change(json);
        File.WriteAllText(_folder["config.json"], json.ToJsonString());
        return DecoderConfigReader.Read(_folder.Path);
    }
}
