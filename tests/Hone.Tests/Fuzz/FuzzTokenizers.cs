using System.Text.Json.Nodes;
using Hone.Tests.Models;
using Hone.Tests.Text;
using Hone.Text;

namespace Hone.Tests.Fuzz;

/// <summary>Tokenizers of every kind, small.</summary>
static class FuzzTokenizers
{
    const string Text = "The sun rose at 12:30;\tnaïve 中文 😀 <x>  <end>\n";

    const string Pieces = """
        {"added_tokens": [{"id": 0, "content": "<unk>", "special": true}, {"id": 9, "content": "<x>", "lstrip": true, "rstrip": true, "normalized": true}],
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": "CHARSMAP"}, {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
          {"type": "NFKC"}, {"type": "Strip"}, {"type": "Prepend", "prepend": " "}]},
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}]},
         "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<x>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
          "special_tokens": {"<x>": {"id": "<x>", "ids": [9], "tokens": ["<x>"]}}},
         "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
          {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
         "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false, "vocab": [["<unk>", 0.0], ["▁", -2.5], ["▁the", -3.0], ["s", -3.5], ["un", -4.0], ["r", -4.5], ["ose", -5], ["1", -6]]}}
        """;

    const string Bytes = """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [{"id": 38, "content": "<x>", "special": true}, {"id": 39, "content": "<end>", "special": false, "single_word": true}],
         "normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex":
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, "behavior": "Isolated", "invert": false},
          {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]},
         "post_processor": {"type": "ByteLevel", "trim_offsets": false}, "decoder": {"type": "ByteLevel"},
         "model": {"type": "BPE", "dropout": null, "unk_token": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false, "vocab":
          {"a": 0, "e": 1, "h": 2, "n": 3, "o": 4, "r": 5, "s": 6, "t": 7, "T": 8, "u": 9, "Ġ": 10, "1": 11, "2": 12, "he": 13, "The": 14, "Ġs": 15, "un": 16, "Ġsun": 17}, "merges":
          [["h", "e"], ["T", "he"], ["Ġ", "s"], ["u", "n"], ["Ġs", "un"]]}}
        """;

    const string Configuration = """
        {"tokenizer_class": "Qwen2Tokenizer", "bos_token": null, "eos_token": "<x>", "unk_token": "<end>", "add_bos_token": false, "add_eos_token": true, "add_prefix_space": false,
         "additional_special_tokens": ["<a>", {"content": "<b>"}], "added_tokens_decoder": {"30": {"content": "<x>", "special": true, "lstrip": false}, "31": {"content": "<y>"}},
         "chat_template": "{% for m in messages %}{{ m.role ~ m.content }}{% endfor %}"}
        """;

    public static IEnumerable<string> Names => ["bytes", "pieces", "published", "vocabulary", "ranks"];

    public static void Write(TemporaryFolder folder, string name)
    {
        switch (name)
        {
            case "bytes":
                File.WriteAllText(folder["tokenizer.json"], Bytes);
                File.WriteAllText(folder["tokenizer_config.json"], Configuration);
                break;
            case "pieces":
                string charsmap = File.ReadAllText(GoldenRows.Material("tokenizers/charsmap.txt")).Trim();
                File.WriteAllText(folder["tokenizer.json"], Pieces.Replace("CHARSMAP", charsmap, StringComparison.Ordinal));
                break;
            case "published":
                File.Copy(GoldenRows.Material("tokenizers/added-tokens-normalized/tokenizer.json"), folder["tokenizer.json"]);
                break;
            case "vocabulary":
                var model = JsonNode.Parse(Bytes)!["model"]!;
                File.WriteAllText(folder["vocab.json"], model["vocab"]!.ToJsonString());
                File.WriteAllLines(folder["merges.txt"], ["#version: 0.2", .. model["merges"]!.AsArray().Select(merge => $"{merge![0]} {merge[1]}")]);
                File.WriteAllText(folder["tokenizer_config.json"], Configuration);
                File.WriteAllText(folder["special_tokens_map.json"], """{"eos_token": {"content": "<x>"}, "pad_token": "<pad>"}""");
                File.WriteAllText(folder["added_tokens.json"], """{"<z>": 33}""");
                break;
            default:
                string[] tokens = [.. Enumerable.Range(0, 256).Select(b => Convert.ToBase64String([(byte)b])), "VGhl", "dGhl", "aGU="];
                File.WriteAllLines(folder["x.tiktoken"], tokens.Select((token, rank) => $"{token} {rank}"));
                File.WriteAllText(folder["encoding.json"], """
                    {"name": "x", "ranks": "x.tiktoken", "pattern": " ?\\p{L}++|\\p{N}{1,3}+|\\s+(?!\\S)|.", "special_tokens": {"<x>": 300}, "reserved": "<|r_N|> has id N for N = 301, 303..305"}
                    """);
                break;
        }
    }

    /// <summary>There and back, whole and id by id.</summary>
    public static void Read(string path)
    {
        var tokenizer = Tokenizer.Load(path);
        int[] ids = tokenizer.Encode(Text, addSpecial: true);
        _ = tokenizer.EncodeOrdinary(Text);
        _ = tokenizer.Decode(ids, skipSpecial: true);
        var stream = tokenizer.Stream(skipSpecial: false);
        foreach (int id in ids)
        {
            _ = stream.Push(id);
        }

        _ = stream.Flush();
    }
}
