namespace Hone.Models.Gguf;

/// <summary>What follows a key of the metadata, with the numbers that the format gives the kinds.</summary>
enum GgufValueKind : uint
{
    U8 = 0,
    I8 = 1,
    U16 = 2,
    I16 = 3,
    U32 = 4,
    I32 = 5,
    F32 = 6,
    Flag = 7,
    Text = 8,
    Array = 9,
    U64 = 10,
    I64 = 11,
    F64 = 12,
}
