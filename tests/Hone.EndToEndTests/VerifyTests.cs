using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

public class VerifyTests
{
    [SharedFact]
    public void The_engine_agrees_with_the_reference_numbers()
    {
        string models = Path.Combine(SharedFactAttribute.Folder!, "golden", "models");
        string[] folders =
        [
            .. new[] { "qwen3", "qwen3-bf16-sharded", "llama", "llama3", "lora-qwen3", "lora-llama", "full-qwen3", "adamw", "sampling" }
                .Select(name => Path.Combine(models, name)),
            Path.Combine(SharedFactAttribute.Folder!, "golden", "losses"),
        ];

        var result = HoneProcess.Run(["verify", .. folders, "--json"]);

        var cases = result.Json["cases"]!.AsArray();
        Assert.DoesNotContain(cases, found => found!["status"]!.GetValue<string>() == "disagree");
        Assert.Equal(0, result.ExitCode);
        Assert.All(cases, found => Assert.Equal(
            ["folder", "case", "quantity", "difference", "tolerance", "status"], found!.AsObject().Select(member => member.Key)));
        Assert.All(folders, folder => Assert.Contains(cases, found => found!["folder"]!.GetValue<string>().StartsWith(folder, StringComparison.Ordinal)
            && found["status"]!.GetValue<string>() == "agree"));
    }

    [SharedFact]
    public void A_number_that_is_off_ends_with_exit_code_1_and_its_name()
    {
        using var folder = new TemporaryFolder();
        string from = Path.Combine(SharedFactAttribute.Folder!, "golden", "models", "qwen3");
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        // The last tensor's last number becomes a large one.
        byte[] expected = File.ReadAllBytes(folder["expected.safetensors"]);
        BitConverter.TryWriteBytes(expected.AsSpan(expected.Length - 4), 1e6f);
        File.WriteAllBytes(folder["expected.safetensors"], expected);

        var result = HoneProcess.Run("verify", folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"disagrees: {folder.Path}", result.Output);
        Assert.Contains("1 disagree", result.Output);
    }

    [Fact]
    public void A_folder_without_reference_numbers_is_refused()
    {
        using var folder = new TemporaryFolder();

        HoneProcess.Run("verify", folder.Path).RefusedWith(folder.Path, "no reference numbers");
    }
}
