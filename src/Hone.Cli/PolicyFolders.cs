using Hone.Jobs;

namespace Hone.Cli;

/// <summary>The model and the adapter that a command line names: a model folder, with or without an adapter's, or a run with its best adapter.</summary>
/// <param name="EndTokens">Tokens that end a completion besides the model's own, in such a run.</param>
/// <param name="Template">The chat template that the run was trained with; null: the model's own.</param>
readonly record struct PolicyFolders(string Model, string? Adapter, string? Template = null, IReadOnlyList<string>? EndTokens = null)
{
    /// <exception cref="CommandException">The folder is a run that has no adapter yet, or there is no such adapter.</exception>
    public static PolicyFolders Of(string folder, string? adapter)
    {
        if (adapter is not null && !Directory.Exists(adapter))
        {
            throw new CommandException($"--adapter is {adapter}, but there is no such folder; name one with adapter_config.json and "
                + "adapter_model.safetensors.");
        }

        if (!File.Exists(Path.Combine(folder, "job.json")) || File.Exists(Path.Combine(folder, "config.json")))
        {
            return new(folder, adapter);
        }

        using var run = RunReader.Open(folder);
        string best = Path.Combine(run.Path, "best");
        return adapter is not null || Directory.Exists(best)
            ? new(run.Settings.BaseModel, adapter ?? best, run.Settings.Template, run.Settings.EndTokens)
            : throw new CommandException($"{folder} is a run without an adapter so far; to go on with it: hone resume {folder}");
    }
}
