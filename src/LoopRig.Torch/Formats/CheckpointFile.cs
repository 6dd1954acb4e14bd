using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>
/// A file written by torch.save (.pth, .pt; PyTorch 1.6 and later): tensors in plain containers, read without running anything.
/// </summary>
/// <remarks>
/// Nested containers give dotted names ("core.layer0.weight", a list's items by number). Training checkpoints keep the weights under
/// "state_dict" or "model_state_dict": when the outermost dictionary has one of these, its content is the file's content.
/// Values that are not tensors (epoch counters and the like) are passed over.
/// </remarks>
public sealed class CheckpointFile : IDisposable
{
    private const int MaxDepth = 32;
    private const int MaxItems = 1_000_000;

    private readonly CheckpointStorages _storages;
    private readonly OrderedDictionary<string, NamedArray> _arrays = [];
    private int _items;

    private CheckpointFile(string path, CheckpointStorages storages)
    {
        Path = path;
        _storages = storages;
    }

    /// <summary>The file's path as given.</summary>
    public string Path { get; }

    /// <summary>The tensors by dotted name, in the file's order.</summary>
    public IReadOnlyDictionary<string, NamedArray> Arrays => _arrays;

    /// <summary>Opens a file and reads which tensors it holds; their elements are read on demand.</summary>
    /// <exception cref="DataFileException">
    /// The file is missing, cut short or malformed; or its pickle asks for anything but tensors and plain containers, which is then named.
    /// </exception>
    public static CheckpointFile Open(string path)
    {
        CheckpointStorages storages = CheckpointStorages.Open(path);
        try
        {
            CheckpointFile file = new(path, storages);
            file.Add("", Unwrap(PickleReader.Read(path, storages.ReadPickle())), 0);
            if (file._arrays.Count == 0) throw new DataFileException(path, $"holds no tensor");
            return file;
        }
        catch
        {
            storages.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file; its arrays can no longer be read.</summary>
    public void Dispose() => _storages.Dispose();

    private static object? Unwrap(object? root)
    {
        if (root is PickleDictionary { Items: var items })
        {
            foreach (string key in new[] { "state_dict", "model_state_dict" })
                if (items.TryGetValue(key, out object? inner) && inner is PickleDictionary) return inner;
        }
        return root;
    }

    private void Add(string name, object? value, int depth)
    {
        // A pickle can refer to a container again and again, or to itself: both end here.
        if (depth > MaxDepth) throw new DataFileException(Path, $"containers are nested more than {MaxDepth} deep at '{name[..Math.Min(name.Length, 80)]}'");
        if (++_items > MaxItems) throw new DataFileException(Path, $"more than {MaxItems} values");
        switch (value)
        {
            case PickledTensor tensor:
                string unique = name.Length == 0 ? "tensor" : name;
                if (!_arrays.TryAdd(unique, new CheckpointArray(unique, tensor, _storages)))
                    throw new DataFileException(Path, $"two tensors are named '{unique}'");
                break;
            case PickleDictionary dictionary:
                foreach ((object key, object? item) in dictionary.Items)
                    Add(Join(name, Convert.ToString(key, System.Globalization.CultureInfo.InvariantCulture)!), item, depth + 1);
                break;
            case List<object?> list:
                for (int i = 0; i < list.Count; i++)
                    Add(Join(name, i.ToString(System.Globalization.CultureInfo.InvariantCulture)), list[i], depth + 1);
                break;
            case object?[] tuple:
                for (int i = 0; i < tuple.Length; i++)
                    Add(Join(name, i.ToString(System.Globalization.CultureInfo.InvariantCulture)), tuple[i], depth + 1);
                break;
        }
    }

    private static string Join(string outer, string inner) => outer.Length == 0 ? inner : $"{outer}.{inner}";
}
