using Hone.Jobs;
using Hone.Models;
using Hone.Text;
using Hone.Training;
using Hone.Training.Data;
using Hone.Training.Exporting;

namespace Hone.Cli.Exports;

/// <summary>The sequences on which an exported model is compared with the one that it came from.</summary>
/// <param name="HeldOut">The run's prompts, which are also answered and graded; null without a run.</param>
sealed record ExportPrompts(string Source, IReadOnlyList<int[]> Sequences, HeldOutPrompts? HeldOut, Evaluation? Before)
{
    const int RandomCount = 8, RandomLength = 48;

    // Of a run: as it was trained. Else as other programs rotate these sequences: by the longest of them.
    int? _rotaryLength;

    /// <summary>Where rotation depends on the length, both models rotate alike.</summary>
    public void Rotate(Decoder decoder)
    {
        if (decoder.RotationDependsOnLength)
        {
            decoder.RotaryLength = _rotaryLength ?? Sequences.Max(sequence => sequence.Length);
        }
    }

    /// <param name="model">The policy as it is before the export.</param>
    /// <param name="job">The run's settings, or null.</param>
    public static ExportPrompts Of(ExportOptions options, OpenPolicy model, JobSettings? job, CancellationToken stop)
    {
        int room = model.Decoder.Config.MaxPositions;
        if (options.Prompts is { } file)
        {
            var sequences = FromFile(file, model, options.Limit).Where(ids => ids.Length is > 1 && ids.Length <= room).ToArray();
            return sequences.Length > 0
                ? new(file, sequences, null, null)
                : throw new CommandException($"--prompts is {file}, which has no prompt of 2 to {room} tokens.");
        }

        if (job is not null)
        {
            var heldOut = HeldOutPrompts.Of(job, model.Language(), options.Limit);
            if (heldOut.Count > 0)
            {
                var before = heldOut.Ask(model.Language(), stop);
                return new($"the run's {heldOut.Set} prompts with the answers to them", heldOut.Sequences(before), heldOut, before) { _rotaryLength = model.Decoder.RotaryLength };
            }
        }

        return new("random tokens", RandomSequences.Of(model.Decoder.Config, RandomCount, RandomLength), null, null);
    }

    static IEnumerable<int[]> FromFile(string file, OpenPolicy model, int most)
    {
        if (file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
        {
            var language = model.Language();
            return DataFile.ReadPrompts(file).RecordsOrThrow().Take(most)
                .Select(record => language.Encode([.. record.Messages.Select(turn => turn.Message)]));
        }

        var tokenizer = Tokenizer.Load(model.Folder);
        return File.ReadLines(file).Where(line => line.Length > 0).Take(most).Select(line => tokenizer.Encode(line, addSpecial: true));
    }
}
