using System.Text.Json;
using Hone.Models.Encryption;
using Hone.Training;

namespace Hone.Jobs;

/// <summary>The cursor.json of a checkpoint.</summary>
/// <remarks>LastStep is the last step in run.db when the checkpoint was written, or -1: what follows it is done again after a resume.</remarks>
sealed record RecordedCursor(TrainingCursor Cursor, int LastStep)
{
    public static RecordedCursor Read(string checkpoint)
    {
        string path = Path.Combine(checkpoint, RunFiles.Cursor);
        try
        {
            return JsonSerializer.Deserialize<RecordedCursor>(SealedFile.ReadAllText(path), JobJson.Options)
                ?? throw new RunException($"{path} is empty; remove the folder {checkpoint} to go on from the checkpoint before it.");
        }
        catch (JsonException e)
        {
            throw new RunException(
                $"{path} is damaged: {e.Message} Remove the folder {checkpoint} to go on from the checkpoint before it.", e);
        }
    }
}
