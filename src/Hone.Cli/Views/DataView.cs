using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Training.Data.Findings;
using Spectre.Console;

namespace Hone.Cli.Views;

/// <summary>What was found in prompts, as a person reads it and as JSON.</summary>
static class DataView
{
    const int MostShares = 6;

    /// <summary>Bad lines go to standard error, all that were kept.</summary>
    public static void ShowProblems(JobRecords records, Output output)
    {
        foreach (var problem in records.Problems)
        {
            Console.Error.WriteLine(problem.Line > 0 ? $"{problem.File}, line {problem.Line}: {problem.Sentence}" : $"{problem.File}: {problem.Sentence}");
        }

        int rest = records.ProblemCount - records.Problems.Count;
        Console.Error.WriteLine($"{(rest > 0 ? $"… and {rest:N0} more; " : "")}{records.ProblemCount:N0} "
            + $"{(records.ProblemCount == 1 ? "problem" : "problems")}. What follows is of the other lines.");
        output.Line();
    }

    public static void Show(DataFindings findings, Output output)
    {
        output.Console.Write(Counts(findings));
        output.Console.Write(Lengths(findings));
        foreach (var set in findings.Sets.Where(set => set.Longest.Count > 0))
        {
            output.Line($"Longest of {set.Name}: {string.Join(", ", set.Longest.Select(record => $"{record.Length:N0} ({record.Place})"))}");
        }

        foreach (var set in findings.Sets)
        {
            Pairs($"Equal in {set.Name}", set.Duplicates, output);
            Pairs($"Almost equal in {set.Name}", set.NearDuplicates, output);
        }

        foreach (var leak in findings.Leaks)
        {
            Pairs($"In {leak.Set} and {leak.Training}", leak.Same, output);
            Pairs($"Almost in {leak.Set} and {leak.Training}", leak.Near, output);
        }

        ShowEnd(findings, output);
    }

    static void ShowEnd(DataFindings findings, Output output)
    {
        if (findings.Notes.Count > 0)
        {
            output.Line();
        }

        foreach (string note in findings.Notes)
        {
            output.Line($"Note  {Visible.OnOneLine(note)}");
        }

        output.Line();
        output.Line(findings.Proposal is { } proposal
            ? $"Proposed: \"maxPromptLength\": {proposal.MaxPromptLength} (2 × P99 of prompts)"
                + (proposal.InferenceMaxTokens is { } tokens ? $", \"inferenceMaxTokens\": {tokens} (3 × P99 of reference answers)" : "")
            : "Lengths are in characters; --job or --model counts tokens and proposes maxPromptLength and inferenceMaxTokens.");
    }

    static Table Counts(DataFindings findings)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (var set in findings.Sets)
        {
            table.AddColumn(new TableColumn(set.Name) { Alignment = Justify.Right });
        }

        void Row(string name, Func<SetFindings, string> value) => table.AddRow([name, .. findings.Sets.Select(set => Markup.Escape(value(set)))]);
        Row("records", set => Number(set.Records));
        Row("prompts that differ", set => Number(set.DistinctPrompts));
        Row("repeat an earlier one", set => Number(set.Duplicates.Count));
        Row("almost repeat one", set => Number(set.NearDuplicates.Count));
        Row("without reference answer", set => Number(set.MissingReferences.Count));
        Row("contradict each other", set => Number(set.Contradictions.Count));
        Row("the template refuses", set => Number(set.Refused.Count));
        foreach (var leak in findings.Leaks)
        {
            Row($"stand in {leak.Training} too", set => set.Name == leak.Set ? Number(leak.Same.Count) : "");
            Row($"almost stand in {leak.Training}", set => set.Name == leak.Set ? Number(leak.Near.Count) : "");
        }

        Row("turns", set => Shares(set.Turns));
        Row("roles", set => Shares(set.Roles));
        Row("scripts", set => Shares(set.Scripts));
        Row("languages", set => Shares(set.Languages));
        return table;
    }

    static Table Lengths(DataFindings findings)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(findings.Unit);
        foreach (string column in (string[])["mean", "P50", "P90", "P95", "P99", "longest"])
        {
            table.AddColumn(new TableColumn(column) { Alignment = Justify.Right });
        }

        void Row(string name, LengthFindings? lengths)
        {
            if (lengths is not null)
            {
                table.AddRow([name, lengths.Mean.ToString("N1", CultureInfo.InvariantCulture),
                    .. new[] { lengths.P50, lengths.P90, lengths.P95, lengths.P99, lengths.Max }.Select(Number)]);
            }
        }

        foreach (var set in findings.Sets)
        {
            Row($"{set.Name}: prompts", set.Prompts);
            Row($"{set.Name}: reference answers", set.References);
        }

        return table;
    }

    static void Pairs(string name, PairFindings pairs, Output output)
    {
        if (pairs.Count > 0)
        {
            output.Line($"{name}: {string.Join(", ", pairs.First.Select(pair => $"{pair.Place} and {pair.Other}{Percent(pair.Similarity)}"))}"
                + (pairs.Count > pairs.First.Count ? ", …" : ""));
        }
    }

    static string Percent(double similarity) => similarity == 1 ? "" : $" ({100 * similarity:F0} %)";

    static string Shares(IReadOnlyList<Share> shares) =>
        string.Join(", ", shares.Take(MostShares).Select(share => $"{share.Name} {Number(share.Records)}")) + (shares.Count > MostShares ? ", …" : "");

    static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static JsonObject ToJson(DataFindings findings, JobRecords records)
    {
        var json = JsonSerializer.SerializeToNode(findings, StepJson.Options)!.AsObject();
        json["problems"] = JsonSerializer.SerializeToNode(records.Problems, StepJson.Options);
        json["problemCount"] = records.ProblemCount;
        return json;
    }
}
