using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Tensors.Kernels;

public static unsafe partial class MatMul
{
    /// <summary>
    /// The input gradient turned over: dxᵀ [K, rows] = Wᵀ · dyᵀ, for outputs [First, End) of W and up to <see cref="MostRows"/> rows.
    /// </summary>
    /// <remarks>
    /// W is read in the order in which it is stored, so that dy and dx are transposed and not W: rows · (N + K) words to move instead of N · K.
    /// An element's chain is the same one: n ascending, and a product's factors may trade places.
    /// </remarks>
    struct TurnedGradient
    {
        /// <summary>Rows of dy that lie transposed at one time.</summary>
        public const int MostRows = 512;

        /// <summary>Outputs n that lie transposed at one time.</summary>
        public const int MostOutputs = 4096;

        const int Width = PanelGeometry.FullWidth, TileInputs = 12, Steps = 512, Parts = 8;

        // Off the power of two, or the tile's rows would crowd each other out of the first cache.
        const int TileRow = Steps + 16;

        public float* Dy, Dx, Turned;
        public nint DyRow, DxRow;
        public PackedMatrix W;
        public int Rows, First, End;
        public bool Accumulate;

        public readonly PanelGeometry Panels => new(Rows);

        /// <summary>Pieces that <see cref="Turn"/> transposes dy in.</summary>
        public readonly int Pieces => Panels.Panels * PiecesOfPanel;

        readonly int PiecesOfPanel => (End - First + Steps - 1) / Steps;

        public static long TurnedFloats(int rows, int outputs) => (long)new PanelGeometry(rows).PaddedColumns * outputs;

        /// <summary>Thirty-two rows of dy, one block of outputs, to [n, row]. Rows beyond the last are zero.</summary>
        public readonly void Turn(int piece)
        {
            int panel = piece / PiecesOfPanel, n = First + (piece % PiecesOfPanel * Steps), count = Math.Min(Steps, End - n);
            int width = Panels.Width(panel), valid = Panels.ValidColumns(panel);
            float* target = TurnedPanel(panel) + ((nint)(n - First) * width);
            WordTranspose.Run(
                Dy + ((nint)panel * Width * DyRow) + n, DyRow * sizeof(float), valid, count, target, width);
            for (int i = 0; valid < width && i < count; i++)
            {
                new Span<float>(target + ((nint)i * width) + valid, width - valid).Clear();
            }
        }

        /// <summary>dx of the rows in panels [panel, endPanel) and the inputs [k, endK).</summary>
        public readonly void Multiply(int panel, int endPanel, int k, int endK)
        {
            int inputs = endK - k;
            float* tile = ThreadScratch.ProductFloats((TileInputs * TileRow) + ((long)(endPanel - panel) * inputs * Width));
            float* sums = tile + (TileInputs * TileRow);
            for (int p = panel; Accumulate && p < endPanel; p++)
            {
                WordTranspose.Run(
                    DxOf(p) + k, DxRow * sizeof(float), Panels.ValidColumns(p), inputs, SumsOf(sums, p - panel, inputs), Width);
            }

            for (int n = First; n < End; n += Steps)
            {
                MultiplySteps(panel, endPanel, k, endK, n, tile, sums);
            }

            for (int p = panel; p < endPanel; p++)
            {
                WordTranspose.Run(
                    SumsOf(sums, p - panel, inputs), Width * sizeof(float), inputs, Panels.ValidColumns(p), DxOf(p) + k, DxRow);
            }
        }

        readonly void MultiplySteps(int panel, int endPanel, int k, int endK, int n, float* tile, float* sums)
        {
            int inputs = endK - k, tiles = (inputs + TileInputs - 1) / TileInputs, steps = Math.Min(Steps, End - n);
            int parts = Math.Max(1, Parts / (endPanel - panel)), partSteps = Steps / parts;
            for (int t = 0; t < tiles; t++)
            {
                int first = t * inputs / tiles, height = ((t + 1) * inputs / tiles) - first;
                Fetch(k + first, height, n, steps, tile);
                int next = t + 1 < tiles ? k + first + height : k, nextN = t + 1 < tiles ? n : n + Steps;
                for (int p = panel; p < endPanel; p++)
                {
                    int width = Panels.Width(p);
                    float* c = SumsOf(sums, p - panel, inputs) + (first * Width);
                    float* b = TurnedPanel(p) + ((nint)(n - First) * width);
                    for (int i = 0; i < steps; i += partSteps)
                    {
                        int part = ((p - panel) * parts) + (i / partSteps);
                        Prefetch(next, nextN, part, parts * (endPanel - panel));
                        RunColumns(
                            ElementType.F32, new(tile + i, TileRow, 1), height, b + ((nint)i * width), width, Math.Min(partSteps, steps - i),
                            c, Width, Accumulate || n + i > First ? c : null, Width, Panels.ValidColumns(p));
                    }
                }
            }
        }

        // A few lines at a time, so that they come from memory while the processor multiplies.
        readonly void Prefetch(int k, int n, int part, int parts)
        {
            const int Panels = Steps / Width;
            int wordRow = W.ElementType == ElementType.F32 ? k : k / 2;
            int bytes = W.ElementType == ElementType.F32 ? TileInputs * Width * sizeof(float) : ((TileInputs / 2) + 1) * Width * sizeof(float);
            for (int i = part * Panels / parts; i < (part + 1) * Panels / parts; i++)
            {
                int panel = (n / Width) + i;
                if (!Sse.IsSupported || n + (i * Width) >= End || W.Outputs.Width(panel) < Width)
                {
                    return;
                }

                byte* line = (byte*)(W.Panel(panel) + ((nint)wordRow * Width));
                for (byte* end = line + bytes; line < end; line += 64)
                {
                    Sse.Prefetch1(line);
                }
            }
        }

        // Inputs [k, k + height) of outputs [n, n + steps), widened: tile [height, TileRow].
        readonly void Fetch(int k, int height, int n, int steps, float* tile)
        {
            for (int i = 0; i < steps; i += Width)
            {
                int panel = (n + i) / Width, width = W.Outputs.Width(panel);
                for (int r = 0; r < height; r++)
                {
                    float* target = tile + (r * TileRow) + i;
                    if (W.ElementType == ElementType.F32)
                    {
                        Copy(W.Panel(panel) + ((nint)(k + r) * width), width, target);
                    }
                    else
                    {
                        Widen((uint*)W.Panel(panel) + ((nint)((k + r) >> 1) * width), (k + r) & 1, width, target);
                    }
                }
            }
        }

        static void Copy(float* source, int count, float* target)
        {
            for (int i = 0; i < count; i += 16)
            {
                Vector512.Load(source + i).Store(target + i);
            }
        }

        static void Widen(uint* words, int half, int count, float* target)
        {
            for (int i = 0; i < count; i += 16)
            {
                var pairs = Vector512.Load(words + i);
                (half == 0 ? pairs << 16 : pairs & Vector512.Create(0xFFFF0000u)).AsSingle().Store(target + i);
            }
        }

        readonly float* TurnedPanel(int panel) => Turned + ((nint)panel * Width * (End - First));

        readonly float* DxOf(int panel) => Dx + ((nint)panel * Width * DxRow);

        static float* SumsOf(float* sums, int panel, int inputs) => sums + ((nint)panel * inputs * Width);
    }

    struct TurnRegion : IRegion
    {
        public TurnedGradient Pass;

        public readonly void Run(int task) => Pass.Turn(task);
    }

    struct TurnedGradientRegion : IRegion
    {
        // Rows and inputs of one task: dyᵀ of the rows and of a block of steps stays in the second cache.
        const int MostPanels = 8;

        public TurnedGradient Pass;
        public TaskGrid Grid;
        public int UnitInputs;

        public static TurnedGradientRegion For(in TurnedGradient pass)
        {
            const int TransposePrice = 2;
            int unit = pass.W.K >= 768 ? 48 : 32;
            double panelFlops = 2.0 * (pass.End - pass.First) * unit * PanelGeometry.FullWidth;
            return new()
            {
                Pass = pass,
                UnitInputs = unit,
                Grid = new(pass.Panels.Panels, (2, MostPanels), (pass.W.K + unit - 1) / unit, panelFlops, panelFlops / TransposePrice),
            };
        }

        public readonly void Run(int task)
        {
            var panels = Grid.Rows(task);
            var (unit, end) = Grid.Panels(task);
            for (; unit < end; unit++)
            {
                Pass.Multiply(panels.Start, panels.End, unit * UnitInputs, Math.Min((unit + 1) * UnitInputs, Pass.W.K));
            }
        }
    }
}
