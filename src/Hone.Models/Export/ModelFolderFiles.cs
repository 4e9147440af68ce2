namespace Hone.Models.Export;

/// <summary>The files beside config.json and weights that a model folder needs to be used: tokenizer, templates, generation settings.</summary>
public static class ModelFolderFiles
{
    static readonly string[] _names =
    [
        "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
        "merges.txt", "tokenizer.model", "chat_template.jinja", "chat_template.json", "LICENSE", "LICENSE.txt", "NOTICE",
    ];

    /// <summary>Copies those that are there.</summary>
    public static void CopyBeside(string source, string folder)
    {
        IEnumerable<string> ranks = Directory.EnumerateFiles(source, "*.tiktoken").Select(path => Path.GetFileName(path));
        foreach (string name in _names.Concat(ranks))
        {
            string from = Path.Combine(source, name);
            if (File.Exists(from))
            {
                File.Copy(from, Path.Combine(folder, name), overwrite: true);
                File.SetAttributes(Path.Combine(folder, name), FileAttributes.Normal);
            }
        }
    }
}
