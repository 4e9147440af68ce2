using Hone.Bench.Workloads;
using Hone.Models.Generation;
using Hone.Tensors;
using RandomDecoder = Hone.Tests.Models.RandomDecoder;

namespace Hone.Tests.Training;

/// <summary>Managed memory of a steady step: a checked number, since what the garbage collector has to find holds up kernels.</summary>
/// <remarks>With one thread everything runs on the calling one, so what other tests allocate is not counted.</remarks>
public class AllocationTests
{
    const int BytesPerStep = 52_000;
    const int BytesPerDecodedToken = 3_500;

    [Fact]
    public void A_steady_training_step_allocates_little()
    {
        using var workers = new Workers(1);
        using var decoder = RandomDecoder.Create(workers);
        using var step = new TrainingStep(decoder, new StepShape(2, 4, 20, 12, 2), new AdapterSetup(4, 0));

        long bytes = SteadyBytes(() => step.Run());

        Assert.InRange(bytes, 0, BytesPerStep);
    }

    [Fact]
    public void A_decoded_token_allocates_little()
    {
        using var workers = new Workers(1);
        using var decoder = RandomDecoder.Create(workers);
        using var generator = new Generator(decoder, 4);

        long shorter = SteadyBytes(() => generator.Generate([Request(16)])), longer = SteadyBytes(() => generator.Generate([Request(80)]));

        Assert.InRange((longer - shorter) / (4 * 64), 0, BytesPerDecodedToken);
    }

    static GenerationRequest Request(int maxTokens) => new()
    {
        Prompt = [1, 2, 3],
        Count = 4,
        MaxTokens = maxTokens,
        Key = new RandomKey(1, RandomPurpose.Completions, 0, 1),
        EndTokens = [],
    };

    // The first calls make what later ones use again.
    static long SteadyBytes(Action call)
    {
        call();
        call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
