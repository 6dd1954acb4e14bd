using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>
/// Reads the part of Python's pickle that state dicts use (protocols 2 to 5): numbers, text, lists, tuples, dictionaries, and the constructors that
/// <see cref="PickleGlobals"/> names. Everything else is refused with its name. A pickle is a program; this machine has no instruction that runs
/// anything: a global is only ever a name looked up in that list. Opcodes: Python's Lib/pickletools.py.
/// </summary>
internal ref struct PickleReader
{
    private const int MaxStack = 1_000_000;

    private readonly string _path;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _position;

    private PickleReader(string path, ReadOnlySpan<byte> bytes)
    {
        _path = path;
        _bytes = bytes;
    }

    /// <summary>Reads one pickle. Lists are List, tuples object[], dictionaries <see cref="PickleDictionary"/>, tensors <see cref="PickledTensor"/>.</summary>
    internal static object? Read(string path, ReadOnlySpan<byte> bytes) => new PickleReader(path, bytes).Run();

    private object? Run()
    {
        while (true)
        {
            byte opcode = Next();
            if (opcode == '.') return Pop();
            Execute(opcode);
            if (_stack.Count > MaxStack || _memo.Count > MaxStack) throw Error($"more than {MaxStack} objects");
        }
    }

    private void Execute(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: CheckProtocol(Next()); break; // PROTO
            case 0x95: Take(8); break; // FRAME: a hint for buffered reading
            case (byte)'(': _marks.Add(_stack.Count); break;
            case (byte)'0': Pop(); break;
            case (byte)'2': Push(Peek()); break; // DUP
            case (byte)'1': TakeToMark(); break; // POP_MARK
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)Next()); break; // BININT1
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break; // BININT2
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break; // BININT
            case 0x8a: Push(LongInteger(Next())); break; // LONG1
            case 0x8b: Push(LongInteger(TakeLength(4))); break; // LONG4
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break; // BINFLOAT
            case (byte)'X': Push(Text(TakeLength(4))); break; // BINUNICODE
            case 0x8c: Push(Text(Next())); break; // SHORT_BINUNICODE
            case 0x8d: Push(Text(TakeLength(8))); break; // BINUNICODE8
            case (byte)'B': Push(Take(TakeLength(4)).ToArray()); break; // BINBYTES
            case (byte)'C': Push(Take(Next()).ToArray()); break; // SHORT_BINBYTES
            case 0x8e: Push(Take(TakeLength(8)).ToArray()); break; // BINBYTES8
            case (byte)')': Push(Array.Empty<object?>()); break;
            case 0x85: PushTuple(1); break;
            case 0x86: PushTuple(2); break;
            case 0x87: PushTuple(3); break;
            case (byte)'t': Push(TakeToMark()); break; // TUPLE
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'l': Push(new List<object?>(TakeToMark())); break; // LIST
            case (byte)'a': AppendAll([Pop()]); break; // APPEND
            case (byte)'e': AppendAll(TakeToMark()); break; // APPENDS
            case (byte)'}': Push(new PickleDictionary()); break;
            case (byte)'d': DictionaryOf(TakeToMark()); break; // DICT
            case (byte)'s': SetItem(); break;
            case (byte)'u': SetItems(TakeToMark()); break; // SETITEMS
            case (byte)'q': _memo[Next()] = Peek(); break; // BINPUT
            case (byte)'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break; // LONG_BINPUT
            case 0x94: _memo[(uint)_memo.Count] = Peek(); break; // MEMOIZE
            case (byte)'h': Push(Remembered(Next())); break; // BINGET
            case (byte)'j': Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break; // LONG_BINGET
            case (byte)'c': Push(PickleGlobals.Find(_path, Line(), Line())); break; // GLOBAL
            case 0x93: GlobalFromStack(); break; // STACK_GLOBAL
            case (byte)'Q': Push(PickledStorage.FromPersistentId(_path, Pop())); break; // BINPERSID
            case (byte)'R': Reduce(); break;
            case (byte)'b': Build(); break;
            default:
                throw Error($"the opcode 0x{opcode:x2}{(opcode is > 32 and < 127 ? $" '{(char)opcode}'" : "")} has no place in a state dict");
        }
    }

    private void Reduce()
    {
        object? arguments = Pop();
        object? callable = Pop();
        if (callable is not PickleGlobal global) throw Error("REDUCE of something that is not a known constructor");
        if (arguments is not object?[] tuple) throw Error($"{global.Name} is given something else than a tuple");
        Push(PickleGlobals.Construct(_path, global, tuple));
    }

    /// <summary>A module's state dict carries attributes of its OrderedDict (version numbers): read, and not kept. No other object may have state.</summary>
    private void Build()
    {
        object? state = Pop();
        if (Peek() is not PickleDictionary || state is not PickleDictionary) throw Error("BUILD sets attributes of something that is not an OrderedDict");
    }

    private void GlobalFromStack()
    {
        object? name = Pop();
        object? module = Pop();
        if (name is not string nameText || module is not string moduleText) throw Error("STACK_GLOBAL without two names");
        Push(PickleGlobals.Find(_path, moduleText, nameText));
    }

    private void AppendAll(object?[] items)
    {
        if (Peek() is not List<object?> list) throw Error("APPEND to something that is not a list");
        list.AddRange(items);
    }

    private void SetItem()
    {
        object? value = Pop();
        object? key = Pop();
        SetItems([key, value]);
    }

    private void DictionaryOf(object?[] items)
    {
        Push(new PickleDictionary());
        SetItems(items);
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is not PickleDictionary dictionary) throw Error("SETITEM on something that is not a dictionary");
        if (items.Length % 2 != 0) throw Error("a dictionary's key without a value");
        for (int i = 0; i < items.Length; i += 2)
        {
            if (items[i] is not (string or long or double or bool)) throw Error($"a dictionary's key is a {items[i]?.GetType().Name ?? "None"}, not a text or a number");
            dictionary.Items[items[i]!] = items[i + 1];
        }
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5) throw Error($"pickle protocol {protocol}; 2 to 5 are read");
    }

    private object LongInteger(int length)
    {
        BigInteger value = new(Take(length));
        if (value < long.MinValue || value > long.MaxValue) throw Error("an integer of more than 64 bits");
        return (long)value;
    }

    private object? Remembered(uint index) => _memo.TryGetValue(index, out object? value) ? value : throw Error($"memo {index} was never set");

    private void PushTuple(int count)
    {
        object?[] tuple = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            tuple[i] = Pop();
        Push(tuple);
    }

    private object?[] TakeToMark()
    {
        if (_marks.Count == 0) throw Error("a mark is missing");
        int start = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        if (start > _stack.Count) throw Error("a mark lies above the stack");
        object?[] items = [.. _stack.Skip(start)];
        _stack.RemoveRange(start, items.Length);
        return items;
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw Error("the stack is empty");

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private byte Next() => Take(1)[0];

    private int TakeLength(int width)
    {
        ReadOnlySpan<byte> field = Take(width);
        ulong length = width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(field) : BinaryPrimitives.ReadUInt64LittleEndian(field);
        if (length > (ulong)(_bytes.Length - _position)) throw Error($"{length} bytes are announced and {_bytes.Length - _position} remain");
        return (int)length;
    }

    private string Text(int length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        int end = _bytes[_position..].IndexOf((byte)'\n');
        if (end < 0) throw Error("a name has no end");
        string line = Text(end);
        _position++;
        return line;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _position) throw Error("it ends early");
        ReadOnlySpan<byte> taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }

    private readonly DataFileException Error(string what) => new(_path, $"the pickle at byte {_position} is refused: {what}");
}
