namespace Hone.Tensors.Kernels.MachineCode;

sealed partial class Assembler
{
    const int VectorBytes = 64;

    enum OpcodeMap
    {
        Map0F = 1,
        Map0F38 = 2,
    }

    enum Prefix
    {
        None = 0,
        Hex66 = 1,
        HexF3 = 2,
    }

    public void LoadVector(int target, Address source) =>
        Vector(OpcodeMap.Map0F, Prefix.None, 0x10, target, 0, source, VectorBytes, broadcast: false);

    public void StoreVector(int source, Address target) =>
        Vector(OpcodeMap.Map0F, Prefix.None, 0x11, source, 0, target, VectorBytes, broadcast: false);

    /// <summary>One 32-bit word in all lanes.</summary>
    public void Broadcast(int target, Address source) =>
        Vector(OpcodeMap.Map0F38, Prefix.Hex66, 0x18, target, 0, source, sizeof(float), broadcast: false);

    public void Clear(int vector) => Vector(OpcodeMap.Map0F, Prefix.Hex66, 0xEF, vector, vector, vector);

    /// <summary>VDPBF16PS: each lane of <paramref name="sum"/> gains the products of a pair of BF16 numbers of <paramref name="a"/> with one of b.</summary>
    public void DotPairs(int sum, int a, int b) => Vector(OpcodeMap.Map0F38, Prefix.HexF3, 0x52, sum, a, b);

    public void DotPairs(int sum, int a, Address b) =>
        Vector(OpcodeMap.Map0F38, Prefix.HexF3, 0x52, sum, a, b, VectorBytes, broadcast: false);

    /// <summary>The same with one pair of memory for all lanes.</summary>
    public void DotPairsOfOne(int sum, int a, Address pair) =>
        Vector(OpcodeMap.Map0F38, Prefix.HexF3, 0x52, sum, a, pair, sizeof(float), broadcast: true);

    void Vector(OpcodeMap map, Prefix prefix, byte opcode, int register, int second, Address memory, int unit, bool broadcast)
    {
        VectorPrefix(map, prefix, register, second, Number(memory.Index) & 8, (int)memory.Base & 8, broadcast);
        _code.Add(opcode);
        Operand(register, memory, unit);
    }

    void Vector(OpcodeMap map, Prefix prefix, byte opcode, int register, int second, int third)
    {
        VectorPrefix(map, prefix, register, second, (third & 16) >> 1, third & 8, broadcast: false);
        _code.Add(opcode);
        _code.Add((byte)(0xC0 | ((register & 7) << 3) | (third & 7)));
    }

    // Bits of register numbers are stored inverted. x and b: 8 where the operand's extension bit is set, else 0.
    void VectorPrefix(OpcodeMap map, Prefix prefix, int register, int second, int x, int b, bool broadcast)
    {
        const int fixedBit = 0x04, width512 = 0x40;
        _code.Add(0x62);
        _code.Add((byte)(((~register & 8) << 4) | ((~x & 8) << 3) | ((~b & 8) << 2) | (~register & 16) | (int)map));
        _code.Add((byte)(((~second & 15) << 3) | fixedBit | (int)prefix));
        _code.Add((byte)(width512 | (broadcast ? 0x10 : 0) | ((~second & 16) >> 1)));
    }
}
