using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Tests.Models.Weights;

public sealed class FolderLinksTests : IDisposable
{
    readonly TemporaryFolder _folder = new(), _elsewhere = new();

    public FolderLinksTests() => File.WriteAllText(_elsewhere["secret"], "{}");

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("merges.txt")]
    [InlineData("o200k_base.tiktoken")]
    [InlineData("chat_template.jinja")]
    [InlineData("additional_chat_templates/tools.jinja")]
    [InlineData("adapter_model.safetensors")]
    public void A_link_out_of_the_folder_is_refused(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.CreateSymbolicLink(_folder[name], _elsewhere["secret"]);

        var refusal = Assert.Throws<ModelFileException>(() => FolderLinks.RequireInside(_folder.Path));

        Assert.Contains(_folder[name], refusal.Message);
        Assert.Contains("lies outside of the model folder", refusal.Message);
    }

    [Fact]
    public void A_folder_of_templates_that_is_a_link_is_refused()
    {
        File.WriteAllText(_elsewhere["tools.jinja"], "");
        Directory.CreateSymbolicLink(_folder["additional_chat_templates"], _elsewhere.Path);

        Assert.Throws<ModelFileException>(() => FolderLinks.RequireInside(_folder.Path));
    }

    [Fact]
    public void Links_within_the_folder_and_a_link_to_the_folder_are_followed()
    {
        Directory.CreateDirectory(_folder["model"]);
        File.WriteAllText(_folder["model/real.json"], "{}");
        File.CreateSymbolicLink(_folder["model/config.json"], "real.json");
        Directory.CreateSymbolicLink(_folder["link"], _folder["model"]);

        FolderLinks.RequireInside(_folder["link"]);
    }

    [Fact]
    public void Links_into_the_store_of_a_cache_are_followed()
    {
        Directory.CreateDirectory(_folder["snapshots/1"]);
        Directory.CreateDirectory(_folder["blobs"]);
        File.WriteAllText(_folder["blobs/abc"], "{}");
        File.CreateSymbolicLink(_folder["snapshots/1/config.json"], "../../blobs/abc");

        FolderLinks.RequireInside(_folder["snapshots/1"]);
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(_folder["config.json"], "tokenizer.json");
        File.CreateSymbolicLink(_folder["tokenizer.json"], "config.json");

        Assert.Contains("more than 40 links", Assert.Throws<ModelFileException>(() => FolderLinks.RequireInside(_folder.Path, _folder["config.json"])).Message);
    }

    [Fact]
    public void A_shard_that_is_a_link_out_of_the_folder_is_refused()
    {
        SafetensorsWriter.Write(_elsewhere["a"], [TensorContent.I64("x", [1], new long[] { 1 })]);
        File.CreateSymbolicLink(_folder["a"], _elsewhere["a"]);
        File.WriteAllText(_folder[WeightFiles.IndexName], """{"weight_map": {"x": "a"}}""");

        Assert.Contains("outside of the model folder", Assert.Throws<ModelFileException>(() => WeightFiles.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Models_and_adapters_are_looked_at_before_they_are_read()
    {
        File.CreateSymbolicLink(_folder["tokenizer.json"], _elsewhere["secret"]);

        Assert.Contains("tokenizer.json", Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice())).Message);
        Assert.Contains("tokenizer.json", Assert.Throws<ModelFileException>(() => AdapterFiles.Read(_folder.Path)).Message);
    }
}
