using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using unsafe PairKernel = delegate* unmanaged[SuppressGCTransition]<Hone.Tensors.Kernels.MachineCode.PairTile*, void>;

namespace Hone.Tensors.Kernels.MachineCode;

/// <summary>The emitted tiles of all sizes, made once. Absent where the processor lacks AVX512_BF16, the system is another or refuses.</summary>
sealed unsafe class PairKernels
{
    public const int MaxRows = 12;

    const int MaxPanels = 4, MaxVectors = 2, VectorWords = 16;

    readonly PairKernel[] _kernels = new PairKernel[(MaxRows + 1) * (MaxPanels + 1) * MaxVectors * 2];

    PairKernels()
    {
    }

    public static PairKernels? Instance { get; } = IsSupported() ? TryCreate() : null;

    /// <param name="rows">1 to <see cref="MaxRows"/>.</param>
    /// <param name="panels">1, or 2 for up to 6 rows, or 4 for up to 3.</param>
    /// <param name="width">Words in a row of a panel: 32, or 16 for a single panel.</param>
    /// <param name="streams">Weights come from memory and are used once. It changes no bit.</param>
    public void Run(int rows, int panels, int width, bool streams, PairTile* tile) =>
        _kernels[Index(rows, panels, width / VectorWords, streams)](tile);

    static int Index(int rows, int panels, int vectors, bool streams) =>
        (((((rows * (MaxPanels + 1)) + panels) * MaxVectors) + vectors - 1) * 2) + (streams ? 1 : 0);

    static bool IsSupported()
    {
        const int extendedFeatures = 7, avx512Bf16 = 1 << 5;
        return OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && Avx512BW.IsSupported
            && X86Base.CpuId(extendedFeatures, 0).Eax >= 1 && (X86Base.CpuId(extendedFeatures, 1).Eax & avx512Bf16) != 0;
    }

    static PairKernels? TryCreate()
    {
        var code = new Assembler();
        List<(int Index, int Position)> functions = [];
        foreach (var (rows, panels, vectors) in Sizes())
        {
            foreach (bool streams in (bool[])[false, true])
            {
                code.AlignFunction();
                functions.Add((Index(rows, panels, vectors, streams), code.Position));
                new PairTileEmitter(code, rows, panels, vectors, streams).Emit();
            }
        }

        byte* memory = ExecutableMemory.TryPublish(code.ToArray());
        if (memory is null)
        {
            return null;
        }

        var kernels = new PairKernels();
        foreach (var (index, position) in functions)
        {
            kernels._kernels[index] = (PairKernel)(memory + position);
        }

        return kernels;
    }

    static IEnumerable<(int Rows, int Panels, int Vectors)> Sizes() =>
        from rows in Enumerable.Range(1, MaxRows)
        from panels in (int[])[1, 2, MaxPanels]
        from vectors in (int[])[1, MaxVectors]
        where rows * panels * vectors <= PairTileEmitter.MaxSums && (vectors == MaxVectors || panels == 1)
        select (rows, panels, vectors);
}
