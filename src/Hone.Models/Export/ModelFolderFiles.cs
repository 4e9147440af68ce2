namespace Hone.Models.Export;

/// <summary>The files beside config.json and weights that a model folder needs to be used: tokenizer, templates, generation settings.</summary>
public static class ModelFolderFiles
{
    const string MoreTemplates = "additional_chat_templates";

    static readonly string[] _ofTokenizers =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model",
        "encoding.json", "chat_template.jinja", "chat_template.json",
    ];

    static readonly string[] _ofModels = ["generation_config.json", "LICENSE", "LICENSE.txt", "NOTICE"];

    /// <summary>Copies those that are there.</summary>
    public static void CopyBeside(string source, string folder)
    {
        CopyTokenizer(source, folder);
        Copy(source, folder, _ofModels);
    }

    /// <summary>Copies tokenizer and chat templates, in whichever files they are.</summary>
    public static void CopyTokenizer(string source, string folder)
    {
        Copy(source, folder, _ofTokenizers.Concat(Names(source, "*.tiktoken")));
        string templates = Path.Combine(source, MoreTemplates);
        if (Directory.Exists(templates))
        {
            Directory.CreateDirectory(Path.Combine(folder, MoreTemplates));
            Copy(templates, Path.Combine(folder, MoreTemplates), Names(templates, "*.jinja"));
        }
    }

    static IEnumerable<string> Names(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    static void Copy(string source, string folder, IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            string from = Path.Combine(source, name), to = Path.Combine(folder, name);
            if (File.Exists(from))
            {
                File.Copy(from, to, overwrite: true);
                File.SetAttributes(to, FileAttributes.Normal);
            }
        }
    }
}
