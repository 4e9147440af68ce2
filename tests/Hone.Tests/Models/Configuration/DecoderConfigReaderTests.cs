using System.Text.Json.Nodes;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tests.Support;

namespace Hone.Tests.Models.Configuration;

public sealed class DecoderConfigReaderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_qwen3_folder_gives_its_configuration()
    {
        var config = DecoderConfigReader.Read(GoldenModels.Folder("qwen3"));

        Assert.Equal([299, 297], config.EosTokenIds);
        var expected = new DecoderConfig
        {
            ModelType = "qwen3",
            VocabularySize = 301,
            HiddenSize = 64,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            HeadWidth = 20,
            FeedForwardWidth = 120,
            NormEpsilon = 1e-6f,
            Ropes = [new(1_000_000)],
            TieEmbeddings = true,
            QkNorm = QkNorm.PerHead,
            MaxPositions = 40960,
            BosTokenId = 297,
            EosTokenIds = config.EosTokenIds,
        };
        Assert.Equal(expected, config);
    }

    [Fact]
    public void Both_spellings_of_a_llama_give_the_same_configuration()
    {
        string folder = GoldenModels.Folder("llama3"), generation = Path.Combine(folder, "generation_config.json");

        var older = DecoderConfigReader.Read(folder);
        var newer = DecoderConfigReader.ReadFiles(Path.Combine(folder, "config.v5.json"), generation);

        Assert.Equal(new RopeScaling.LlamaThree(8, 1, 4, 64), older.Ropes[0].Scaling);
        Assert.Equal(20000, older.Ropes[0].Theta);
        Assert.Equal([2, 7, 9], older.EosTokenIds);
        Assert.Equal(older.EosTokenIds, newer.EosTokenIds);
        Assert.Equal(older, newer with { EosTokenIds = older.EosTokenIds });
    }

    [Fact]
    public void Keys_that_old_llama_files_leave_out_have_their_published_meaning()
    {
        var config = Read("llama3", json =>
        {
            foreach (string key in new[] { "num_key_value_heads", "head_dim", "rope_theta", "rope_scaling", "eos_token_id", "bos_token_id" })
            {
                json.Remove(key);
            }
        });

        Assert.Equal((4, 20, 10000.0), (config.KeyValueHeads, config.HeadWidth, config.Ropes[0].Theta));
        Assert.Null(config.Ropes[0].Scaling);
        Assert.Equal(1, config.BosTokenId);
        Assert.Equal([2], config.EosTokenIds);
    }

    // base case, key, value as JSON, what the sentence must say; empty: it must be accepted.
    public static TheoryData<string, string, string, string> Values => new()
    {
        { "qwen3", "hidden_act", "\"gelu\"", "hidden_act is gelu; Hone runs silu and gelu_pytorch_tanh." },
        { "qwen3", "attention_bias", "true", "" },
        { "qwen3", "attention_bias", "1", "attention_bias is 1, expected true or false." },
        { "llama3", "mlp_bias", "true", "" },
        { "qwen3", "mlp_bias", "false", "mlp_bias is false, a key that Hone does not know" },
        { "llama3", "sliding_window", "16", "sliding_window is 16, a key that Hone does not know" },
        { "qwen3", "quantization_config", """{"quant_method":"fp8"}""", "quantization_config is" },
        { "qwen3", "quantization_config", "null", "" },
        { "qwen3", "logit_scale", "2", "logit_scale is 2, a key that Hone does not know" },
        { "qwen3", "partial_rotary_factor", "0.5", "" },
        { "qwen3", "partial_rotary_factor", "1.0", "" },
        { "qwen3", "partial_rotary_factor", "0.55", "partial_rotary_factor is 0.55, which lets 11 of 20 components turn" },
        { "qwen3", "partial_rotary_factor", "1.5", "partial_rotary_factor is 1.5, expected a number above 0, at most 1." },
        { "qwen3", "layer_types", """["full_attention","sliding_attention"]""", "layer_types has sliding_attention, but no sliding_window is in use." },
        { "qwen3", "layer_types", """["full_attention","chunked_attention"]""", "layer_types has chunked_attention; Hone runs full_attention and sliding_attention." },
        { "qwen3", "layer_types", """["full_attention"]""", "layer_types has 1 entries" },
        { "qwen3", "layer_types", """["full_attention","full_attention"]""", "" },
        { "qwen3", "architectures", """["Qwen3ForSequenceClassification"]""", "architectures is Qwen3ForSequenceClassification" },
        { "qwen3", "architectures", "null", "architectures is missing (model_type qwen3)" },
        { "qwen3", "model_type", "\"llama\"", "model_type is llama, expected qwen3" },
        { "qwen3", "vocab_size", "0", "vocab_size is 0, expected a whole number of 1 or more." },
        { "qwen3", "vocab_size", "\"301\"", "vocab_size is 301, expected a whole number" },
        { "qwen3", "hidden_size", "64.5", "hidden_size is 64.5" },
        { "qwen3", "num_hidden_layers", "null", "num_hidden_layers is missing." },
        { "qwen3", "head_dim", "null", "head_dim is missing." },
        { "qwen3", "head_dim", "21", "head_dim is 21, expected an even number" },
        { "qwen3", "num_key_value_heads", "null", "num_key_value_heads is missing." },
        { "qwen3", "num_key_value_heads", "3", "num_attention_heads is 4, expected a multiple of num_key_value_heads, 3" },
        { "llama3", "head_dim", "null", "" },
        { "llama3", "hidden_size", "81", "" },
        { "llama3", "hidden_size", "null", "hidden_size is missing." },
        { "llama3", "rms_norm_eps", "-1", "rms_norm_eps is -1, expected a number above 0." },
        { "llama3", "tie_word_embeddings", "1", "tie_word_embeddings is 1, expected true or false." },
        { "llama3", "eos_token_id", "[2, 256]", "eos_token_id has 256, expected a token id from 0 to 255." },
        { "llama3", "bos_token_id", "-1", "bos_token_id has -1" },
        { "llama3", "rope_scaling", """{"type":"linear","factor":2.0}""", "" },
        { "llama3", "rope_scaling", """{"type":"dynamic","factor":2.0}""", "" },
        { "llama3", "rope_scaling", """{"type":"mrope","factor":2.0}""", "rope_scaling.rope_type is mrope; Hone runs default, dynamic, linear, llama3, longrope and yarn." },
        { "llama3", "rope_scaling", """{"type":"yarn","factor":2.0,"beta_fast":"x"}""", "rope_scaling.beta_fast is x, expected a number above 0." },
        { "llama3", "rope_scaling", """{"type":"longrope","long_factor":[1,2,3,4,5,6,7,8,9,10]}""", "rope_scaling.short_factor is missing." },
        { "llama3", "rope_scaling", """{"type":"su","short_factor":[1],"long_factor":[1,2,3,4,5,6,7,8,9,10]}""", "rope_scaling.short_factor has 1 numbers, expected 10" },
        { "llama3", "rope_scaling", """{"factor":2.0}""", "rope_scaling.rope_type is missing" },
        { "llama3", "rope_scaling", """{"rope_type":"linear"}""", "rope_scaling.factor is missing." },
        { "llama3", "rope_scaling", """{"rope_type":"linear","factor":2,"mscale":1}""", "rope_scaling.mscale is 1, a key that Hone does not know" },
        { "llama3", "rope_scaling", "3", "rope_scaling is 3, expected an object." },
        { "llama3", "rope_parameters", """{"rope_type":"default","rope_theta":20000}""", "rope_scaling and rope_parameters contradict" },
        { "qwen3", "rope_parameters", """{"rope_type":"default","rope_theta":5}""", "rope_theta has several values (1000000, 5)" },
        { "qwen3", "rope_parameters", """{"rope_type":"default","rope_theta":1000000.0}""", "" },
    };

    [Theory, MemberData(nameof(Values))]
    public void A_value_is_taken_or_refused_by_name(string golden, string key, string value, string reason)
    {
        DecoderConfig Act() => Read(golden, json => json[key] = JsonNode.Parse(value));

        if (reason.Length == 0)
        {
            Act();
        }
        else
        {
            var refusal = Assert.Throws<ModelFileException>(Act);
            Assert.Contains(reason, refusal.Message);
            Assert.Single(refusal.Problems);
        }
    }

    [Theory]
    [InlineData(true, "16", 1, 16)]
    [InlineData(true, "16", 2, null)]
    [InlineData(true, "null", 0, null)]
    [InlineData(false, "16", 0, null)]
    public void A_qwen3_window_counts_where_it_is_switched_on(bool used, string width, int firstLayer, int? windowOfLastLayer)
    {
        var config = Read("qwen3", json =>
        {
            json["use_sliding_window"] = used;
            json["sliding_window"] = JsonNode.Parse(width);
            json["max_window_layers"] = firstLayer;
        });

        Assert.Null(config.Layer(0).Window);
        Assert.Equal(windowOfLastLayer, config.Layer(1).Window);
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var refusal = Assert.Throws<ModelFileException>(() => Read("qwen3", json =>
        {
            json["hidden_act"] = "relu";
            json["vocab_size"] = -1;
            json["softcap"] = 3;
            json["rope_scaling"] = JsonNode.Parse("""{"rope_type":"spiral","factor":4}""");
            json["bos_token_id"] = json["eos_token_id"] = null;
        }));

        Assert.StartsWith(_folder["config.json"], refusal.Message);
        Assert.Equal(4, refusal.Problems.Count);
    }

    [Theory]
    [InlineData("{", "no JSON at line 1")]
    [InlineData("[1]", "one JSON object")]
    [InlineData("""{"a":1,"a":2}""", "a key twice")]
    public void A_file_that_is_no_json_object_is_refused(string text, string reason)
    {
        File.WriteAllText(_folder["config.json"], text);

        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => DecoderConfigReader.Read(_folder.Path)).Message);
    }

    [Fact]
    public void A_folder_without_a_configuration_is_refused() =>
        Assert.Contains("config.json: the file is missing.", Assert.Throws<ModelFileException>(() => DecoderConfigReader.Read(_folder.Path)).Message);

    [Fact]
    public void A_wrong_id_in_generation_config_is_refused()
    {
        File.WriteAllText(_folder["generation_config.json"], """{"eos_token_id":[1,"x"]}""");

        Assert.Contains("eos_token_id has x", Assert.Throws<ModelFileException>(() => Read("qwen3", _ => { })).Message);
    }

    [SharedTheory]
    [InlineData("gemma3")]
    [InlineData("qwen3_moe")]
    [InlineData("gpt_oss")]
    public void Both_spellings_of_a_family_give_the_same_configuration(string name)
    {
        string folder = SharedFolder.In($"golden/models/{name}"), generation = Path.Combine(folder, "generation_config.json");

        var older = DecoderConfigReader.Read(folder);
        var newer = DecoderConfigReader.ReadFiles(Path.Combine(folder, "config.v5.json"), generation);

        Assert.Equal(older, newer with { EosTokenIds = older.EosTokenIds });
    }

    [SharedTheory]
    [InlineData("golden/models/llama")]
    [InlineData("golden/models/llama3")]
    [InlineData("golden/models/smollm3")]
    [InlineData("golden/models/qwen2")]
    [InlineData("golden/models/phi3")]
    [InlineData("golden/models/olmo2")]
    [InlineData("golden/models/mistral")]
    [InlineData("golden/models/granite")]
    [InlineData("golden/models/gemma3")]
    [InlineData("golden/models/gemma2")]
    [InlineData("golden/models/qwen3_moe")]
    [InlineData("golden/models/gpt_oss")]
    [InlineData("golden/models/gpt_oss-mxfp4")]
    [InlineData("golden/models/lora-llama")]
    [InlineData("golden/models/full-qwen3")]
    [InlineData("golden/models/qwen3-bf16-sharded")]
    [InlineData("golden/losses/trl-steps/model")]
    [InlineData("thirdparty/stories260K/hf")]
    public void The_weights_of_a_family_that_is_built_fit_its_configuration(string name)
    {
        var config = DecoderConfigReader.Read(SharedFolder.In(name));
        using var weights = WeightFiles.Open(SharedFolder.In(name));

        TensorCheck.Run(config, weights);
    }

    DecoderConfig Read(string golden, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenModels.Folder(golden), "config.json")))!.AsObject();
        change(json);
        File.WriteAllText(_folder["config.json"], json.ToJsonString());
        return DecoderConfigReader.Read(_folder.Path);
    }
}
