using System.Text;
using System.Text.Json;
using Hone.Grading.Judges;
using Hone.Grading.Judges.Chat;
using Hone.Models;
using Hone.Tensors;

namespace Hone.Training.Judging;

/// <summary>An answer in the right form from any model: the braces and keys are given, and each verdict is the likeliest of its choices.</summary>
/// <remarks>log p(choice) = Σ log p of its tokens, closing quote included, behind the question and the verdicts so far. Numbers are chosen among eleven
/// evenly spaced ones. The first of equals wins.</remarks>
sealed class ForcedVerdicts(LanguageModel model)
{
    public ChatReply Answer(int[] question, AnswerForm form)
    {
        var text = new StringBuilder("{");
        int read = 0;
        foreach (var field in form.Fields)
        {
            text.Append(text.Length > 1 ? "," : "").Append(JsonSerializer.Serialize(field.Key)).Append(':');
            string[] choices = VerdictChoices.Of(field);
            int[] prefix = [.. question, .. model.Tokenizer.EncodeOrdinary(text.ToString())];
            double[] scores = Score(prefix, [.. choices.Select(model.Tokenizer.EncodeOrdinary)]);
            text.Append(choices[Array.IndexOf(scores, scores.Max())]);
            read += prefix.Length;
        }

        text.Append('}');
        return new(text.ToString(), read, form.Fields.Count);
    }

    /// <summary>The most tokens that an answer takes.</summary>
    public static int TokensFor(LanguageModel model, AnswerForm form) => form.Fields.Sum(field =>
        model.Tokenizer.EncodeOrdinary($",{JsonSerializer.Serialize(field.Key)}:").Length
        + VerdictChoices.Of(field).Max(choice => model.Tokenizer.EncodeOrdinary(choice).Length)) + 2;

    double[] Score(int[] prefix, int[][] choices)
    {
        var group = new PackedGroup(prefix, choices);
        using var arena = model.Decoder.Device.NewArena();
        var tape = new Tape(model.Decoder.Device, arena, records: false);
        var hidden = model.Decoder.Hidden(tape, RowBatch.Pack([group]));
        var (rows, targets) = PackedGroup.Predictions([group]);
        float[] logProbabilities = new LanguageModelHead(model.Decoder, tape, hidden, rows, targets, 1f).LogProbabilities;
        double[] scores = new double[choices.Length];
        for (int c = 0, t = 0; c < choices.Length; c++)
        {
            for (int end = t + choices[c].Length; t < end; t++)
            {
                scores[c] += logProbabilities[t];
            }
        }

        return scores;
    }
}
