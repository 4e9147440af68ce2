using System.Buffers.Binary;

namespace Hone.Tensors.Kernels.MachineCode;

/// <summary>Writes x86-64 instructions, the few that kernels need, one method for each. Registers of vectors are 512 bits wide.</summary>
/// <remarks>Encodings: Intel's Software Developer's Manual, volume 2; the prefix of vector instructions in its section 2.7.</remarks>
sealed partial class Assembler
{
    const byte WideOperand = 0x48;

    readonly List<byte> _code = [];

    /// <summary>Bytes written so far.</summary>
    public int Position => _code.Count;

    public byte[] ToArray() => [.. _code];

    /// <summary>Fills up to the next cache line, where a function begins.</summary>
    public void AlignFunction()
    {
        const byte breakpoint = 0xCC;
        while (Position % 64 != 0)
        {
            _code.Add(breakpoint);
        }
    }

    public void Load(Register target, Address source) => Wide(0x8B, (int)target, source);

    public void LoadAddress(Register target, Address source) => Wide(0x8D, (int)target, source);

    public void Add(Register target, Register value) => Wide(0x01, (int)value, target);

    public void Add(Register target, int value)
    {
        Wide(0x81, 0, target);
        Word(value);
    }

    /// <summary>Of the registers 0 to 7.</summary>
    public void Push(Register register) => _code.Add((byte)(0x50 | (int)register));

    /// <summary>Of the registers 0 to 7.</summary>
    public void Pop(Register register) => _code.Add((byte)(0x58 | (int)register));

    public void Decrement(Register target) => Wide(0xFF, 1, target);

    /// <summary>Sets the flags by whether the register is zero.</summary>
    public void Test(Register register) => Wide(0x85, (int)register, register);

    /// <summary>Goes back to <paramref name="position"/> unless the last result was zero.</summary>
    public void JumpIfNotZero(int position)
    {
        _code.AddRange([0x0F, 0x85]);
        Word(position - (Position + sizeof(int)));
    }

    /// <summary>Skips ahead if the last result was zero, to where <see cref="Land"/> is called with the number this returns.</summary>
    public int JumpIfZero()
    {
        _code.AddRange([0x0F, 0x84]);
        Word(0);
        return Position;
    }

    public void Land(int jump) =>
        BinaryPrimitives.WriteInt32LittleEndian(
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_code)[(jump - sizeof(int))..], Position - jump);

    /// <summary>Asks for a cache line, to be near the registers soon; any address will do.</summary>
    public void Prefetch(Address source) => Prefetch(0x18, 1, source);

    /// <summary>The same, into the second cache.</summary>
    public void PrefetchSecond(Address source) => Prefetch(0x18, 2, source);

    /// <summary>The same for a line that is going to be written.</summary>
    public void PrefetchToWrite(Address target) => Prefetch(0x0D, 1, target);

    /// <summary>Returns, with the upper parts of the vector registers cleared, as compiled code expects it.</summary>
    public void Return() => _code.AddRange([0xC5, 0xF8, 0x77, 0xC3]);

    void Prefetch(byte opcode, int kind, Address memory)
    {
        Extension(0, 0, memory);
        _code.AddRange([0x0F, opcode]);
        Operand(kind, memory, 1);
    }

    void Wide(byte opcode, int register, Address memory)
    {
        Extension(WideOperand, register, memory);
        _code.Add(opcode);
        Operand(register, memory, 1);
    }

    void Wide(byte opcode, int register, Register other)
    {
        _code.Add((byte)(WideOperand | ((register & 8) >> 1) | (((int)other & 8) >> 3)));
        _code.Add(opcode);
        _code.Add((byte)(0xC0 | ((register & 7) << 3) | ((int)other & 7)));
    }

    void Extension(byte wide, int register, Address memory)
    {
        int bits = wide | ((register & 8) >> 1) | ((Number(memory.Index) & 8) >> 2) | (((int)memory.Base & 8) >> 3);
        if (bits != 0)
        {
            _code.Add((byte)(0x40 | bits));
        }
    }

    // An offset that is a small multiple of the unit takes one byte.
    void Operand(int register, Address memory, int unit)
    {
        const int hasIndex = 4;
        bool small = memory.Offset % unit == 0 && memory.Offset / unit is >= sbyte.MinValue and <= sbyte.MaxValue;
        int mode = memory.Offset == 0 ? 0x00 : small ? 0x40 : 0x80;
        _code.Add((byte)(mode | ((register & 7) << 3) | (memory.Index is null ? (int)memory.Base & 7 : hasIndex)));
        if (memory.Index is { } index)
        {
            _code.Add((byte)((int.Log2(memory.Scale) << 6) | (((int)index & 7) << 3) | ((int)memory.Base & 7)));
        }

        if (mode == 0x40)
        {
            _code.Add((byte)(memory.Offset / unit));
        }
        else if (mode == 0x80)
        {
            Word(memory.Offset);
        }
    }

    void Word(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _code.AddRange(bytes);
    }

    static int Number(Register? register) => register is { } there ? (int)there : 0;
}
