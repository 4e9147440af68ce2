using System.Text.Json;
using Hone.Models.Configuration;
using Hone.Models.Weights;

namespace Hone.Tests.Models.Configuration;

public sealed class ConfigWriterTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Scalings => ["none", "linear", "llama3"];

    [Theory, MemberData(nameof(Scalings))]
    public void A_written_configuration_is_read_back_equal(string scaling)
    {
        var config = DecoderConfigReader.Read(GoldenModels.Folder("qwen3")) with
        {
            Ropes =
            [
                new(1_000_000, scaling switch
                {
                    "linear" => new RopeScaling.Linear(2.5),
                    "llama3" => new RopeScaling.LlamaThree(8, 1, 4, 8192),
                    _ => null,
                }),
            ],
        };

        ConfigWriter.Write(_folder.Path, config, ElementKind.BF16, padTokenId: 297);
        var copy = DecoderConfigReader.Read(_folder.Path);

        Assert.Equal(config.EosTokenIds, copy.EosTokenIds);
        Assert.Equal(config, copy with { EosTokenIds = config.EosTokenIds });
    }

    [Fact]
    public void The_file_has_the_values_of_a_published_one()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenModels.Folder("qwen3"), "config.json")));
        var config = DecoderConfigReader.Read(GoldenModels.Folder("qwen3")) with { EosTokenIds = [299] };

        ConfigWriter.Write(_folder.Path, config, ElementKind.F32);

        using var written = JsonDocument.Parse(File.ReadAllText(_folder["config.json"]));
        foreach (var property in expected.RootElement.EnumerateObject().Where(p => p.Name != "initializer_range"))
        {
            Assert.True(
                JsonElement.DeepEquals(property.Value, written.RootElement.GetProperty(property.Name)), property.Name);
        }
    }

    [Fact]
    public void A_model_without_special_tokens_is_written_with_nulls()
    {
        var config = DecoderConfigReader.Read(GoldenModels.Folder("qwen3")) with { EosTokenIds = [], BosTokenId = null };

        ConfigWriter.Write(_folder.Path, config, ElementKind.F32);
        var copy = DecoderConfigReader.Read(_folder.Path);

        Assert.Empty(copy.EosTokenIds);
        Assert.Null(copy.BosTokenId);
    }

    [Fact]
    public void A_configuration_of_another_family_has_no_writer() =>
        Assert.Throws<ArgumentException>(
            () => ConfigWriter.Write(_folder.Path, DecoderConfigReader.Read(GoldenModels.Folder("llama3")), ElementKind.F32));
}
