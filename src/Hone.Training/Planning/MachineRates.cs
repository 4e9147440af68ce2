namespace Hone.Training.Planning;

/// <summary>What a machine was found to give all its threads together.</summary>
/// <param name="F32Flops">FLOP/s of multiply-adds in registers.</param>
/// <param name="Bf16Flops">The same of BF16 dot products; equal to <paramref name="F32Flops"/> where there are none.</param>
/// <param name="MemoryBytes">Bytes per second read from memory that no cache holds.</param>
/// <param name="CacheBytes">Bytes per second read from the last-level cache.</param>
public sealed record MachineRates(int Threads, double F32Flops, double Bf16Flops, double MemoryBytes, double CacheBytes);
