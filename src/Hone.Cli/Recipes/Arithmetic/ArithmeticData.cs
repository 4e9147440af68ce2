using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>How many records each file of the recipe gets.</summary>
/// <remarks>With the recipe's tokenizer the defaults of the first two come to about 4.5 and 0.3 million tokens.</remarks>
sealed record ArithmeticSizes
{
    public int Pretraining { get; init; } = 110_000;

    public int Writers { get; init; } = 6_000;

    public int Train { get; init; } = 2_000;

    public int Development { get; init; } = 1_000;

    public int Published { get; init; } = 1_000;

    /// <summary>Stories in the text that the tokenizer is trained on.</summary>
    public int TokenizerStories { get; init; } = 4_000;
}

/// <summary>Writes the files of the recipe. Same seed and sizes, same bytes.</summary>
static class ArithmeticData
{
    static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, ulong seed, ArithmeticSizes sizes)
    {
        Directory.CreateDirectory(folder);
        var corpus = new PretrainingCorpus(seed);
        var generator = new ProblemGenerator(seed);
        WriteExchanges(folder, "pretraining", corpus.WorkedAnswersAndFacts().Take(sizes.Pretraining));
        WriteExchanges(folder, "writers", corpus.ManyWriters().Take(sizes.Writers));
        WriteProblems(folder, "train", generator.DrawDistinct(Bucket.Train).Take(sizes.Train));
        WriteProblems(folder, "validation", generator.DrawDistinct(Bucket.Development).Take(sizes.Development));
        WriteProblems(folder, "test", generator.DrawDistinct(Bucket.Published).Take(sizes.Published));
        WriteLines(Path.Combine(folder, "tokenizer-corpus.txt"), corpus.WorkedAnswersAndFacts()
            .Take(sizes.TokenizerStories)
            .Select(exchange => $"{exchange.User}\n{exchange.Assistant}"));
    }

    static void WriteProblems(string folder, string name, IEnumerable<Problem> problems) =>
        WriteRecords(folder, name, problems, static (json, problem) =>
        {
            WriteMessages(json, ("user", problem.Question));
            json.WriteString("reference_answer", problem.WorkedAnswer);
            json.WriteNumber("steps", problem.Steps);
        });

    static void WriteExchanges(string folder, string name, IEnumerable<Exchange> exchanges) =>
        WriteRecords(folder, name, exchanges, static (json, exchange) =>
            WriteMessages(json, ("user", exchange.User), ("assistant", exchange.Assistant)));

    static void WriteRecords<T>(string folder, string name, IEnumerable<T> records, Action<Utf8JsonWriter, T> write)
    {
        using var file = File.Create(Path.Combine(folder, $"{name}.jsonl"));
        using var json = new Utf8JsonWriter(file, _plain);
        int number = 0;
        foreach (var record in records)
        {
            json.WriteStartObject();
            json.WriteString("id", $"{name}-{++number:D6}");
            write(json, record);
            json.WriteEndObject();
            json.Flush();
            file.WriteByte((byte)'\n');
            json.Reset();
        }
    }

    static void WriteMessages(Utf8JsonWriter json, params ReadOnlySpan<(string Role, string Content)> messages)
    {
        json.WriteStartArray("messages");
        foreach (var (role, content) in messages)
        {
            json.WriteStartObject();
            json.WriteString("role", role);
            json.WriteString("content", content);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void WriteLines(string path, IEnumerable<string> lines)
    {
        using var file = new StreamWriter(path) { NewLine = "\n" };
        foreach (string line in lines)
        {
            file.WriteLine(line);
        }
    }
}
