using System.Text.Json;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tests.Support;
using Hone.Text;
using Hone.Training;

namespace Hone.Tests.Training;

/// <summary>A published pretrained model of 260,000 weights, greedily and as the recipe reads its prompts.</summary>
public class StoriesModelTests
{
    const double LogProbabilityTolerance = 1e-4;

    static readonly string _folder = SharedFolder.IsThere ? SharedFolder.In("thirdparty/stories260K/hf") : "";

    [SharedFact]
    public void It_tells_the_stories_that_are_published()
    {
        using var model = LanguageModel.Load(_folder, new CpuDevice(), template: "plain");
        using var generator = new Generator(model.Decoder, 1);
        var expected = Expected();

        foreach (var known in expected.GetProperty("cases").EnumerateArray())
        {
            int[] prompt = Ids(known, "prompt_ids"), greedy = Ids(known, "greedy_ids");
            var told = Greedy(generator, prompt, greedy.Length);

            Assert.Equal(greedy, told.Tokens);
            Assert.Equal(known.GetProperty("text").GetString(), model.Decode([.. prompt, .. told.Tokens]));
            Assert.All(told.LogProbabilities.Zip(known.GetProperty("greedy_log_probabilities").EnumerateArray()), pair =>
                Assert.Equal(pair.Second.GetDouble(), pair.First, LogProbabilityTolerance));
        }

        int complete = expected.GetProperty("published_text_complete_after_new_tokens").GetInt32();
        Assert.Equal(
            expected.GetProperty("published_text").GetString(),
            model.Decode(Greedy(generator, [1], complete).Tokens));
    }

    [SharedFact]
    public void The_plain_template_gives_it_the_bare_text_behind_the_first_token()
    {
        using var model = LanguageModel.Load(_folder, new CpuDevice(), template: "plain");
        var known = Expected().GetProperty("cases")[1];

        Assert.Equal(Ids(known, "prompt_ids"), model.Encode([new ChatMessage("user", known.GetProperty("prompt").GetString()!)]));
    }

    [SharedFact]
    public void A_token_can_be_named_that_ends_completions()
    {
        using var model = LanguageModel.Load(_folder, new CpuDevice(), template: "plain");

        model.AlsoEndWith(["<s>"]);

        Assert.Equal([2, 1], model.EndTokens);
        Assert.Contains("'<end>'", Assert.Throws<ModelFileException>(() => model.AlsoEndWith(["<end>"])).Message);
    }

    static Completion Greedy(Generator generator, int[] prompt, int tokens) => generator.Generate([new GenerationRequest
    {
        Prompt = prompt,
        MaxTokens = tokens,
        Sampling = new SamplingSettings { Temperature = 0 },
        Key = new RandomKey(1, RandomPurpose.Evaluation, 0, 0),
        EndTokens = [],
    }])[0][0];

    static JsonElement Expected() => JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "expected.json"))).RootElement;

    static int[] Ids(JsonElement known, string name) => [.. known.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
