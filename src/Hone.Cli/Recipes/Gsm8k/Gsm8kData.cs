using System.Text.Json;

namespace Hone.Cli.Recipes.Gsm8k;

/// <summary>Turns the lines of GSM8K, {"question", "answer"}, into prompts with reference answers.</summary>
/// <remarks>Every <see cref="ValidationEvery"/>th training problem becomes a validation problem. The test problems stay as they are.</remarks>
static class Gsm8kData
{
    public const int ValidationEvery = 20;

    /// <summary>Follows each question: what the strict final-number grader looks for.</summary>
    public const string Instruction = "Work it out step by step. End with a line that has #### and then the number alone.";

    public static IReadOnlyList<string> Files { get; } = ["train.jsonl", "test.jsonl"];

    /// <exception cref="CommandException">A file is missing or has lines of another form.</exception>
    public static void Write(string source, string folder)
    {
        string[] missing = [.. Files.Where(file => !File.Exists(Path.Combine(source, file)))];
        if (missing.Length > 0)
        {
            throw new CommandException($"{source} has no {string.Join(" and no ", missing)}; name the folder with GSM8K's own train.jsonl and test.jsonl.");
        }

        var train = Read(Path.Combine(source, Files[0]));
        var test = Read(Path.Combine(source, Files[1]));
        Directory.CreateDirectory(folder);
        Jsonl.Write(folder, "train", train.Where((_, i) => i % ValidationEvery != 0), thinks: false);
        Jsonl.Write(folder, "validation", train.Where((_, i) => i % ValidationEvery == 0), thinks: false);
        Jsonl.Write(folder, "test", test, thinks: false);
    }

    static List<RecipePrompt> Read(string path)
    {
        List<string> problems = [];
        List<RecipePrompt> prompts = [];
        int number = 0;
        foreach (string line in File.ReadLines(path).Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            number++;
            if (Parse(line) is { } prompt)
            {
                prompts.Add(prompt);
            }
            else
            {
                problems.Add($"record {number} is no object with the texts \"question\" and \"answer\"");
            }
        }

        return problems.Count == 0 && prompts.Count > 0 ? prompts
            : throw new CommandException($"{path}: {(prompts.Count + problems.Count == 0 ? "it holds no record" : string.Join("; ", problems.Take(5)))}"
                + $"{(problems.Count > 5 ? $"; and {problems.Count - 5} more" : "")}.");
    }

    static RecipePrompt? Parse(string line)
    {
        try
        {
            var json = JsonElement.Parse(line);
            return json.ValueKind == JsonValueKind.Object && Text(json, "question") is { } question && Text(json, "answer") is { } answer
                ? new($"{question.Trim()}\n\n{Instruction}", answer)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString())
            ? value.GetString()
            : null;
}
