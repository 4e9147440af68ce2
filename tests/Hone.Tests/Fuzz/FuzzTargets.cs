using Hone.Jobs;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Export;
using Hone.Models.Gguf;
using Hone.Tensors;
using Hone.Tests.Models;
using Hone.Text;
using Hone.Training;
using Hone.Training.Data;
using Hone.Training.Exporting;

namespace Hone.Tests.Fuzz;

/// <summary>Everything that a user may hand over, by name.</summary>
static class FuzzTargets
{
    static readonly CpuDevice _device = new();

    static readonly ChatMessage[] _messages = [new("system", "Be short."), new("user", "1+1 <é>?"), new("assistant", "2")];

    static readonly Dictionary<string, Func<TemporaryFolder, FuzzTarget>> _targets = Targets();

    public static TheoryData<string> Names => [.. _targets.Keys];

    public static FuzzTarget Create(string name) => _targets[name](new TemporaryFolder());

    static Dictionary<string, Func<TemporaryFolder, FuzzTarget>> Targets()
    {
        Dictionary<string, Func<TemporaryFolder, FuzzTarget>> targets = new()
        {
            ["shards"] = Shards,
            ["adapter"] = Adapter,
            ["gguf"] = Gguf,
            ["gguf-export"] = GgufExported,
            ["template"] = folder => new TemplateTarget(folder, ReadTemplate) { MostBytes = 1L << 32 },
            ["template-files"] = TemplateFiles,
            ["data"] = Data,
            ["job"] = Job,
            ["language-model"] = Language,
        };
        foreach (string model in FuzzModels.Names)
        {
            targets["model-" + model] = folder =>
            {
                FuzzModels.Write(folder, model);
                return new FolderTarget(folder, ReadModel);
            };
        }

        foreach (string tokenizer in FuzzTokenizers.Names)
        {
            targets["tokenizer-" + tokenizer] = folder =>
            {
                FuzzTokenizers.Write(folder, tokenizer);
                return new FolderTarget(folder, FuzzTokenizers.Read);
            };
        }

        return targets;
    }

    static void ReadModel(string path)
    {
        using var decoder = DecoderLoader.Load(path, _device);
        Compute(decoder);
    }

    static void Compute(Decoder decoder)
    {
        int[] ids = [.. Enumerable.Range(0, 20).Select(i => i * 7 % decoder.Config.VocabularySize)];
        _ = SequenceScores.Logits(decoder, ids);
        _ = SequenceScores.LogProbabilities(decoder, [ids]);
    }

    static FolderTarget Shards(TemporaryFolder folder)
    {
        FuzzModels.Write(folder, "llama", sharded: true);
        return new(folder, ReadModel);
    }

    static FolderTarget Adapter(TemporaryFolder folder)
    {
        using var model = new TemporaryFolder();
        FuzzModels.Write(model, "llama");
        using var decoder = DecoderLoader.Load(model.Path, _device);
        using (var adapter = LoraAdapter.Create(decoder, new AdapterConfig { Rank = 3, Alpha = 7, TargetModules = ["q_proj", "down_proj"] }, seed: 2))
        {
            adapter.Save(folder.Path);
        }

        var shapes = DecoderLoader.OfShapes(decoder.Config, _device, _ => ElementType.F32);
        return new(folder, path => LoraAdapter.Load(shapes, path).Dispose());
    }

    static FolderTarget Gguf(TemporaryFolder folder)
    {
        using var model = new TemporaryFolder();
        FuzzModels.Write(model, "llama");
        FuzzTokenizers.Write(model, "bytes");
        using var weights = MergedWeights.Open(model.Path, null);
        GgufExport.Write(weights, model.Path, folder["model.gguf"], GgufTensorKind.Q8_0);
        return new(folder, path =>
        {
            using var decoder = GgufDecoder.Load(Path.Combine(path, "model.gguf"), _device);
            Compute(decoder);
        });
    }

    static FolderTarget GgufExported(TemporaryFolder folder)
    {
        FuzzModels.Write(folder, "llama");
        FuzzTokenizers.Write(folder, "bytes");
        return new(folder, path =>
        {
            using var weights = MergedWeights.Open(path, null);
            GgufExport.Write(weights, path, Path.Combine(path, "model.gguf"), GgufTensorKind.F16);
        }, "config.json", "tokenizer.json", "tokenizer_config.json");
    }

    static FolderTarget Language(TemporaryFolder folder)
    {
        FuzzModels.Write(folder, "llama");
        FuzzTokenizers.Write(folder, "bytes");
        return new(folder, path =>
        {
            using var model = LanguageModel.Load(path, _device);
            _ = model.Decode(model.Encode(_messages));
        });
    }

    static void ReadTemplate(string path)
    {
        var template = new ChatTemplate(File.ReadAllText(Path.Combine(path, TemplateTarget.Name)), new Dictionary<string, string> { ["eos_token"] = "</s>" })
        {
            Clock = new(2026, 1, 5),
        };
        _ = template.Render(_messages, addGenerationPrompt: true);
    }

    static FolderTarget TemplateFiles(TemporaryFolder folder)
    {
        File.WriteAllText(folder["tokenizer_config.json"], """
            {"chat_template": [{"name": "default", "template": "{{ bos_token }}{% for m in messages %}{{ m.content|trim }}{% endfor %}"}, {"name": "tool_use", "template": "{{ tools }}"}],
             "bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>", "added_tokens_decoder": {}}
            """);
        File.WriteAllText(folder["special_tokens_map.json"], """{"eos_token": {"content": "</s>"}, "additional_special_tokens": ["<x>"]}""");
        File.WriteAllText(folder["chat_template.json"], """{"chat_template": "{{ messages|tojson }}"}""");
        return new(folder, path => _ = ChatTemplate.Load(path).Render(_messages, addGenerationPrompt: false));
    }

    static FolderTarget Data(TemporaryFolder folder)
    {
        File.WriteAllText(folder["data.jsonl"], """
            {"id": "a", "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "1+1"}], "reference_answer": "2", "level": 3}
            {"id": 7, "messages": [{"role": "user", "content": [{"type": "text", "text": "1+2"}]}], "reference_answer": {"final_answer": "3"}, "tools": [{"name": "add"}]}
            {"messages": [{"role": "user", "content": "go"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "add", "arguments": "{}"}}]}, {"role": "tool", "content": "5"}], "chat_template_kwargs": {"a": 1}}
            """);
        File.WriteAllText(folder["sft.jsonl"], """{"messages": [{"role": "user", "content": "1+1"}, {"role": "assistant", "content": "2", "reasoning_content": "so"}]}""");
        var template = new ChatTemplate("{% for m in messages %}{{ m|tojson }}{% endfor %}{{ tools|tojson }}", new Dictionary<string, string>());
        return new(folder, path =>
        {
            foreach (var record in DataFile.ReadPrompts(Path.Combine(path, "data.jsonl")).RecordsOrThrow())
            {
                var inputs = record.Inputs;
                _ = template.Render([.. record.Messages.Select(turn => turn.Message)], new ChatRequest { Tools = inputs.Tools, Documents = inputs.Documents, Variables = inputs.Variables });
            }

            _ = DataFile.ReadSupervised(Path.Combine(path, "sft.jsonl")).RecordsOrThrow();
        });
    }

    static FolderTarget Job(TemporaryFolder folder)
    {
        FuzzModels.Write(folder, "llama");
        File.WriteAllText(folder["train.jsonl"], "{}");
        File.WriteAllText(folder["job.json"], """
            {"name": "sums", "baseModel": ".", "trainingData": "train.jsonl", "validationShare": 0.25, "seed": 7, "compute": "bf16",
             "grader": {"kind": "weighted", "parts": [{"weight": 1, "grader": {"kind": "finalNumber", "mode": "flexible"}}, {"weight": 0.5, "grader": {"kind": "format", "pattern": "a+"}}]},
             "hyperParameters": {"batchSize": 3, "learningRate": 1e-4, "learningRateSchedule": "cosine", "maxSteps": 7, "loraRank": 8, "loraTargetModules": ["q_proj"], "temperature": 1.0},
             "evaluation": {"samplesPerPrompt": 4, "temperature": 0.5, "maxPrompts": 100}}
            """);
        return new(folder, path =>
        {
            _ = JobFile.ReadRecorded(Path.Combine(path, "job.json"));
            _ = JobFile.Read(Path.Combine(path, "job.json")).Grader.Build();
        }, "job.json");
    }
}
