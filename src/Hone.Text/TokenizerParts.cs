using System.Text.Json;
using Hone.Text.Decoders;
using Hone.Text.Models;
using Hone.Text.Normalizers;
using Hone.Text.PostProcessors;
using Hone.Text.PreTokenizers;

namespace Hone.Text;

/// <summary>What a tokenizer is made of.</summary>
sealed record TokenizerParts
{
    public Normalizer? Normalizer { get; init; }

    public PreTokenizer? PreTokenizer { get; init; }

    public required TokenModel Model { get; init; }

    public required Template Template { get; init; }

    public required TokenDecoder Decoder { get; init; }

    public required AddedTokens Added { get; init; }

    /// <exception cref="TokenizerException">Something is missing, damaged or not supported; the message names all of it.</exception>
    public static TokenizerParts Read(JsonElement root)
    {
        var file = new JsonFields(root, "the top level");

        // Written by those who pad batches; the text of a prompt is never cut or filled up here.
        file.Ignore("truncation", "padding", "version");

        var problems = new ProblemList();
        var normalizer = problems.Try(() => Normalizer.Read(file.Find("normalizer"), "normalizer"));
        var preTokenizer = problems.Try(() => PreTokenizer.Read(file.Find("pre_tokenizer"), "pre_tokenizer"));
        var leavingBytes = preTokenizer?.LeavingBytes();
        var model = problems.Try(() => TokenModel.Read(file.Require("model"), rawBytes: leavingBytes is not null));
        var template = problems.Try(() => Template.Read(file.Find("post_processor")));
        var decoder = problems.Try(() => TokenDecoder.Read(file.Find("decoder"), "decoder"));
        var added = problems.Try(() => AddedTokens.Read(file.Find("added_tokens"), normalizer, model?.Vocabulary ?? new Dictionary<string, int>()));
        problems.Try(() =>
        {
            file.RefuseOthers();
            return true;
        });
        problems.Throw();
        return new()
        {
            Normalizer = normalizer,
            PreTokenizer = leavingBytes ?? preTokenizer,
            Model = model!,
            Template = template!,
            Decoder = decoder!,
            Added = added!,
        };
    }
}
