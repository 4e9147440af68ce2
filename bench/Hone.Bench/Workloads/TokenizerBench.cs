using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Text;

namespace Hone.Bench.Workloads;

/// <summary>A tokenizer on one core: ordinary text in both directions, then long runs that are slow where anything is quadratic.</summary>
/// <param name="Name">What the tokenizer is called in the results.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="TextFile">Ordinary text; null for generated sentences.</param>
public sealed record TokenizerBench(string Name, Tokenizer Tokenizer, string? TextFile)
{
    const int HostileLength = 500_000;

    static readonly string[] _hostile = ["a", " ", "\n", "1", "!", "中", "😀", "\u0301", "a 1!中😀\n"];

    public void Run(BenchSession session)
    {
        string text = TextFile is null ? CommonEnglish.Text() : File.ReadAllText(TextFile);
        string source = TextFile is null ? "common English" : Path.GetFileName(TextFile);
        int[] ids = Tokenizer.Encode(text);
        int bytes = Encoding.UTF8.GetByteCount(text);
        Report(session, source, "encode", bytes, ids.Length, () => Tokenizer.Encode(text));
        Report(session, source, "decode", bytes, ids.Length, () => Tokenizer.Decode(ids));
        foreach (string part in _hostile)
        {
            string run = string.Concat(Enumerable.Repeat(part, HostileLength / part.EnumerateRunes().Count()));
            string shown = part.EnumerateRunes().Count() > 1 ? "a mix" : $"U+{part.EnumerateRunes().First().Value:X4}";
            Report(session, $"{HostileLength} of {shown}", "encode", Encoding.UTF8.GetByteCount(run), Tokenizer.Encode(run).Length, () => Tokenizer.Encode(run));
        }
    }

    void Report<T>(BenchSession session, string source, string direction, int bytes, int tokens, Func<T> work)
    {
        var parameters = new JsonObject { ["tokenizer"] = Name, ["text"] = source, ["direction"] = direction, ["bytes"] = bytes, ["tokens"] = tokens };
        session.Report("tokenizer", parameters, () => Seconds(work), (calls, _) =>
        {
            var seconds = Spread.OfSeconds(calls);
            return new()
            {
                ["seconds"] = seconds.ToJson(),
                ["mb_per_s"] = seconds.RateOf(bytes / 1e6).ToJson(),
                ["tokens_per_s"] = seconds.RateOf(tokens).ToJson(),
            };
        });
    }

    static double Seconds<T>(Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
