using System.Text.Json.Nodes;

namespace Hone.Bench.Table;

/// <summary>Every row that the engine's speed is judged by.</summary>
public static class TableRows
{
    const string Tokens = "tokens_per_s.median";
    const string Large = "--shape qwen2.5-0.5b";

    static readonly string[] _products = ["gemm --weights f32 --m 64,256,2048 --repeats 1"];
    static readonly string[] _products16 = ["gemm --role forward,input-gradient --weights bf16 --compute bf16 --m 64,256,2048 --repeats 1"];
    static readonly string[] _train = [$"train {Large} --batch 4 --length 512 --rank 16 --repeats 1"];
    static readonly string[] _checkpointed = [$"train {Large} --batch 4 --length 512 --rank 16 --checkpoint all --repeats 1 --warmup 0"];
    static readonly string[] _groups = [$"train {Large} --groups 4 --group-size 8 --prompt 256 --completion 128 --micro-batch 1 --rank 16 --repeats 1 --warmup 0"];
    static readonly string[] _tinyTrain = ["train --shape tiny --weights f32 --batch 64 --length 128 --rank 16 --repeats 5"];
    static readonly string[] _tinyDecode = ["decode --shape tiny --weights f32 --batch 64 --prompt 64 --new 64 --repeats 5"];
    static readonly string[] _quickstart = ["quickstart --steps 60"];

    public static IReadOnlyList<TableRow> All { get; } =
    [
        .. Products(), .. Decoding(), .. Training(), .. Memory(), .. TinyShape(), .. WholeRuns(), .. Threads(),
    ];

    static IEnumerable<TableRow> Products()
    {
        const string Share = "share_of_peak", Read = "share_of_read";
        var product = new TableRow
        {
            Name = "",
            Work = "",
            Unit = "of FMA peak",
            Commands = _products,
            Figure = Figures.OfCells(Share, Figures.MedianCell),
            FigureOfAll = Figures.OfMedianCells(Share, Figures.MedianCell),
            Target = new(Yardstick.ShareOfProbe, 0.82, 0.92),
        };
        yield return product with
        {
            Name = "products-median",
            Work = "fp32 products, M ≥ 64, three roles: median cell",
            PeerName = "PyTorch, forward, GFLOP/s:",
            Peer = (peers, _) => peers.Median("gflops_median", ("what", "gemm"), ("dtype", "fp32")),
        };
        yield return product with
        {
            Name = "products-worst",
            Work = "fp32 products, M ≥ 64, three roles: worst cell",
            Figure = Figures.OfCells(Share, Figures.WorstCell),
            FigureOfAll = Figures.OfMedianCells(Share, Figures.WorstCell),
            Target = new(Yardstick.ShareOfProbe, 0.65, 0.80),
        };
        yield return product with
        {
            Name = "products-bf16",
            Work = "bf16 products, M ≥ 64, forward and input gradient: median cell",
            Unit = "of bf16 peak",
            Commands = _products16,
            Target = new(Yardstick.ShareOfProbe, 0.85, 0.92),
            PeerName = "PyTorch, forward, GFLOP/s:",
            Peer = (peers, _) => peers.Median("gflops_median", ("what", "gemm"), ("dtype", "bf16")),
        };
        foreach (string weights in new[] { "bf16", "f32" })
        {
            yield return product with
            {
                Name = $"vector-{weights}",
                Work = $"M = 1, {weights} weights from memory: median cell",
                Unit = "of read bandwidth",
                Commands = [$"gemm --role forward --m 1 --n 896,4864,896,151936 --k 896,896,4864,896 --weights {weights} --from-memory"],
                Figure = Figures.OfCells(Read, Figures.MedianCell),
                FigureOfAll = Figures.OfMedianCells(Read, Figures.MedianCell),
                Target = new(Yardstick.ShareOfProbe, 0.85, 0.93),
            };
        }
    }

    static IEnumerable<TableRow> Decoding()
    {
        (string Compute, int Batch, double Floor, double Moonshot)[] batches =
        [
            ("f32", 1, 1.15, 1.3), ("f32", 8, 2, 3.5), ("f32", 32, 1.1, 2.5), ("f32", 128, 1, 2.3),
            ("bf16", 1, 1.15, 1.3), ("bf16", 8, 2.3, 3.5), ("bf16", 32, 2, 2.5), ("bf16", 128, 1.9, 2.3),
        ];
        foreach (var (compute, batch, floor, moonshot) in batches)
        {
            yield return new()
            {
                Name = $"decode-{batch}-{compute}",
                Work = $"decode, bf16 weights, {compute} arithmetic, prompt 256 shared, 64 new, batch {batch}, with sampling",
                Unit = "tok/s",
                Commands = [$"decode {Large} --compute {compute} --batch 1,8,32,128 --prompt 256 --new 64 --repeats 1 --warmup 0"],
                Figure = Figures.Of(Tokens, ("batch", batch)),
                Target = new(Yardstick.TimesPeer, floor, moonshot),
                PeerName = "llama.cpp BF16, without sampling",
                Peer = (peers, _) => peers.Median(
                    "decode_tokens_per_s_median", ("what", "llama batched decode"), ("model", "qwen2.5-0.5b-bf16.gguf"), ("batch", batch),
                    ("prompt", 256), ("new", 64)),
            };
        }

        foreach (string compute in new[] { "f32", "bf16" })
        {
            yield return new()
            {
                Name = $"prompt-{compute}",
                Work = $"prompt of 512 tokens, {compute} arithmetic",
                Unit = "tok/s",
                Commands = [$"prompt {Large} --compute {compute} --prompt 512"],
                Figure = Figures.Of(Tokens),
                Target = new(Yardstick.TimesPeer, 1.15, 1.3),
                PeerName = $"llama.cpp {compute.ToUpperInvariant()}",
                Peer = (peers, _) => peers.Median(
                    "tokens_per_s_median", ("what", "llama prompt"), ("model", $"qwen2.5-0.5b-{compute}.gguf"), ("prompt", 512)),
            };
        }
    }

    static IEnumerable<TableRow> Training()
    {
        yield return new()
        {
            Name = "train",
            Work = "LoRA step, 4 x 512 tokens, rank 16, fp32",
            Unit = "tok/s",
            Commands = _train,
            Figure = Figures.Of(Tokens),
            Target = new(Yardstick.TimesPeer, 2, 2.5),
            PeerName = "PyTorch fp32",
            Peer = (peers, _) => TrainStep(peers, "fp32", 4, 512, 0),
        };
        yield return new()
        {
            Name = "train-bf16",
            Work = "LoRA step, 4 x 512 tokens, rank 16, bf16",
            Unit = "tok/s",
            Commands = [$"{_train[0]} --compute bf16"],
            Figure = Figures.Of(Tokens),
            Target = new(Yardstick.TimesPeer, 1.2, 1.6),
            PeerName = "PyTorch bf16",
            Peer = (peers, _) => TrainStep(peers, "bf16", 4, 512, 0),
        };
        var groups = new TableRow
        {
            Name = "groups",
            Work = "4 groups of 8, prompt 256, completion 128, fp32",
            Unit = "tok/s",
            Commands = _groups,
            Figure = Figures.Of(Tokens),
            Target = new(Yardstick.TimesPeer, 4, 6),
            PeerName = "PyTorch fp32, every prompt 8 times",
            Peer = (peers, _) => TrainStep(peers, "fp32", 4, 384, 128),
        };
        yield return groups;
        yield return groups with
        {
            Name = "groups-bf16-peer",
            Work = "the same groups, computed in fp32, against PyTorch in bf16",
            Target = new(Yardstick.TimesPeer, 1.5, 2),
            PeerName = "PyTorch bf16, every prompt 8 times",
            Peer = (peers, _) => TrainStep(peers, "bf16", 4, 384, 128),
        };
    }

    static IEnumerable<TableRow> Memory()
    {
        yield return new()
        {
            Name = "memory",
            Work = "peak memory of the 4 x 512 step",
            Unit = "GB",
            Commands = _train,
            Figure = Figures.Of("peak_rss_gb"),
            Target = new(Yardstick.AtMost, 6, 4.5),
            PeerName = "PyTorch fp32",
            Peer = (peers, _) => PeakMemory(peers, checkpointing: false),
        };
        yield return new()
        {
            Name = "memory-checkpointed",
            Work = "peak memory of the 4 x 512 step, all layers checkpointed",
            Unit = "GB",
            Commands = _checkpointed,
            Figure = Figures.Of("peak_rss_gb"),
            Target = new(Yardstick.AtMost, 3, 2),
            PeerName = "PyTorch fp32, checkpointing",
            Peer = (peers, _) => PeakMemory(peers, checkpointing: true),
        };
    }

    static IEnumerable<TableRow> TinyShape()
    {
        yield return new()
        {
            Name = "tiny-train",
            Work = "tiny shape, train 64 x 128",
            Unit = "tok/s",
            Commands = _tinyTrain,
            Figure = Figures.Of(Tokens),
            Target = new(Yardstick.TimesPeer, 2, 2.5),
            PeerName = "PyTorch fp32",
            Peer = (peers, _) => peers.Median(
                "tokens_per_s_median", ("what", "train_step"), ("shape", "tiny"), ("dtype", "fp32"), ("batch", 64), ("length", 128)),
        };
        yield return new()
        {
            Name = "tiny-decode",
            Work = "tiny shape, decode batch 64",
            Unit = "tok/s",
            Commands = _tinyDecode,
            Figure = Figures.Of(Tokens),
            Target = new(Yardstick.TimesPeer, 4, 6),
            PeerName = "PyTorch fp32",
            Peer = (peers, _) => peers.Median(
                "decode_tokens_per_s_median", ("what", "generate"), ("shape", "tiny"), ("dtype", "fp32"), ("batch", 64), ("prompt", 64), ("new", 64)),
        };
    }

    static IEnumerable<TableRow> WholeRuns()
    {
        yield return new()
        {
            Name = "quickstart",
            Work = "quickstart: 60 steps, sampling, training and grading",
            Unit = "s",
            Commands = _quickstart,
            Figure = Figures.Of("seconds.median"),
            Target = new(Yardstick.AtMost, 12, 6),
        };
        yield return new()
        {
            Name = "quickstart-trl",
            Work = "the same job through TRL: seconds to our greedy held-out accuracy after 30 steps",
            Unit = "s",
            Commands = ["quickstart --steps 30"],
            Figure = Figures.Of("seconds.median"),
            Target = new(Yardstick.PeerSecondsOverOurs, 6, 12),
            PeerName = "TRL",
            Peer = (peers, lines) => Figures.Of("greedy_accuracy")(lines) is { } accuracy ? peers.TrainingSecondsTo(accuracy) : null,
        };
    }

    static IEnumerable<TableRow> Threads()
    {
        string[] works = [$"train {Large} --batch 1 --length 512 --rank 16 --repeats 1", $"decode {Large} --batch 32 --prompt 256 --new 32 --repeats 1 --warmup 0"];
        foreach (string work in works)
        {
            string kind = work[..work.IndexOf(' ')];
            yield return new()
            {
                Name = $"threads-{kind}",
                Work = $"1 → 2 threads, {kind}",
                Unit = "times",
                Commands = [work + " --threads 1", work + " --threads 2"],
                Figure = Figures.Ratio(Tokens),
                Target = new(Yardstick.AtLeast, 1.85, 1.95),
            };
        }
    }

    static double? TrainStep(PeerFigures peers, string type, int batch, int length, int completion) => peers.Median(
        "tokens_per_s_median", ("what", "train_step"), ("shape", "qwen2.5-0.5b"), ("dtype", type), ("batch", batch), ("length", length),
        ("completion", completion), ("checkpointing", false));

    // They count in 2^20 bytes.
    static double? PeakMemory(PeerFigures peers, bool checkpointing) => 1.048576e-3 * peers.Median(
        "peak_rss_mib", ("what", "train_step"), ("shape", "qwen2.5-0.5b"), ("dtype", "fp32"), ("batch", 4), ("length", 512),
        ("checkpointing", JsonValue.Create(checkpointing)!));
}
