namespace Hone.Tensors.Kernels.MachineCode;

/// <summary>
/// Emits the inner loop of a BF16 product: a tile C [rows, panels · columns] (+)= A · B, one chain of VDPBF16PS for each element over the
/// pairs of the inner index, ascending. All sums stay in registers.
/// </summary>
/// <param name="code">Where the function is written.</param>
/// <param name="rows">Rows of the tile.</param>
/// <param name="panels">Panels side by side: few rows need several for as many sums as the instruction takes cycles.</param>
/// <param name="vectors">Vectors in a panel's row: 2, or 1 for a panel of half the width.</param>
/// <param name="streams">Weights come from memory and are used once.</param>
sealed class PairTileEmitter(Assembler code, int rows, int panels, int vectors, bool streams)
{
    public const int MaxSums = 24;

    const int VectorBytes = 64;

    // How far ahead of its use a weight is asked for: into the first cache, or into the second where it comes from memory.
    const int PrefetchBytes = 2048, StreamedBytes = 8192;

    // Every other line of what comes next; the tile after takes those between.
    const int AheadBytes = 128;

    // Registers 24 to 31 take turns for what is loaded.
    const int FirstLoaded = MaxSums, LoadedRegisters = 8;

    const Register Call = Register.Rdi, RowStep = Register.Rax, Panel = Register.R11, Count = Register.Rcx;

    // Takes the call's place within the loop.
    const Register Ahead = Call;

    static readonly Register[] _rowBases = [Register.Rsi, Register.R8, Register.R9, Register.R10];
    static readonly Register[] _panelBases = [Register.Rdx, Register.R8];

    int _loaded;

    int BytesOfPair => vectors * VectorBytes;

    /// <summary>Writes void f(PairTile*).</summary>
    public void Emit()
    {
        code.AlignFunction();
        StartSums();
        SetRows(0, 8);
        code.Load(Register.Rdx, new(Call, 16));
        code.Load(Panel, new(Call, 24));
        code.Load(Count, new(Call, 32));
        if (panels > 3)
        {
            SetThirdNext(_panelBases[0], _panelBases[1], Panel);
        }

        code.Push(Call);
        code.Load(Ahead, new(Call, 72));
        int loop = code.Position;
        Step();
        code.Decrement(Count);
        code.JumpIfNotZero(loop);
        code.Pop(Call);
        SetRows(40, 48);
        ForEachSum((sum, place) => code.StoreVector(sum, place));
        code.Return();
    }

    void StartSums()
    {
        SetRows(40, 48);
        ForEachSum((sum, place) =>
        {
            code.Clear(sum);
            code.PrefetchToWrite(place);
        });
        code.Load(Count, new(Call, 56));
        code.Test(Count);
        int skip = code.JumpIfZero();
        SetRows(56, 64);
        ForEachSum((sum, place) => code.LoadVector(sum, place));
        code.Land(skip);
    }

    void Step()
    {
        for (int vector = 0; vector < panels * vectors; vector++)
        {
            var place = Place(_panelBases, Panel, vector / vectors, vector % vectors * VectorBytes);
            if (rows == 1)
            {
                OneRow(vector, place);
            }
            else
            {
                Column(vector, place);
            }

            if (streams)
            {
                code.PrefetchSecond(place with { Offset = place.Offset + StreamedBytes });
            }
            else
            {
                code.Prefetch(place with { Offset = place.Offset + PrefetchBytes });
            }
        }

        if (!streams)
        {
            code.PrefetchSecond(new(Ahead));
            code.Add(Ahead, AheadBytes);
        }

        for (int r = 0; r < rows; r += 3)
        {
            code.Add(_rowBases[r / 3], sizeof(float));
        }

        for (int p = 0; p < panels; p += 3)
        {
            code.Add(_panelBases[p / 3], BytesOfPair);
        }
    }

    void OneRow(int vector, Address place)
    {
        if (vector == 0)
        {
            code.Broadcast(FirstLoaded, new(_rowBases[0]));
        }

        code.DotPairs(vector, FirstLoaded, place);
    }

    void Column(int vector, Address place)
    {
        int weights = FirstLoaded + (_loaded++ % LoadedRegisters);
        code.LoadVector(weights, place);
        for (int r = 0; r < rows; r++)
        {
            code.DotPairsOfOne(Sum(r, vector), weights, Place(_rowBases, RowStep, r, 0));
        }
    }

    int Sum(int row, int vector) => (row * panels * vectors) + vector;

    void ForEachSum(Action<int, Address> action)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int vector = 0; vector < panels * vectors; vector++)
            {
                action(Sum(r, vector), Place(_rowBases, RowStep, r, vector * VectorBytes));
            }
        }
    }

    // Points the bases at rows 0, 3, 6 and 9 of the matrix that the call describes at these places.
    void SetRows(int pointer, int step)
    {
        code.Load(_rowBases[0], new(Call, pointer));
        code.Load(RowStep, new(Call, step));
        for (int r = 3; r < rows; r += 3)
        {
            SetThirdNext(_rowBases[(r / 3) - 1], _rowBases[r / 3], RowStep);
        }
    }

    void SetThirdNext(Register from, Register to, Register step)
    {
        code.LoadAddress(to, new(from, 0, step, 2));
        code.Add(to, step);
    }

    // One base serves three rows: an address can add a step once or twice.
    static Address Place(Register[] bases, Register step, int index, int offset) =>
        index % 3 == 0 ? new(bases[index / 3], offset) : new(bases[index / 3], offset, step, index % 3);
}
