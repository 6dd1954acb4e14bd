namespace LoopRig.Core;

/// <summary>The root of every error that LoopRig raises on purpose. What still works afterwards is said by each kind.</summary>
public class LoopRigException : Exception
{
    /// <summary>Creates the error with a message for the person at the rig.</summary>
    public LoopRigException(string message) : base(message) { }

    /// <summary>Creates the error with its cause.</summary>
    public LoopRigException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>A configuration is wrong. Nothing was started; mend the key and start again.</summary>
public sealed class RigConfigException : LoopRigException
{
    /// <summary>Names the file and the key that are wrong.</summary>
    /// <param name="file">The configuration's path as the user gave it.</param>
    /// <param name="key">The path of the key, such as <c>adapters[1].rateHz</c>.</param>
    /// <param name="message">What is wrong and what would be right.</param>
    public RigConfigException(string file, string key, string message) : base($"{file}: {key}: {message}")
    {
        File = file;
        Key = key;
    }

    /// <summary>The configuration's path.</summary>
    public string File { get; }

    /// <summary>The key's path inside the file.</summary>
    public string Key { get; }
}

/// <summary>The rig is not ready: something that it needs is absent (exit code 3). Nothing was started.</summary>
public sealed class NotReadyException : LoopRigException
{
    /// <summary>Names what is absent and how to provide it.</summary>
    public NotReadyException(string message) : base(message) { }

    /// <summary>Names what is absent, with the cause.</summary>
    public NotReadyException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>A native library is absent or does not fit. Verbs that do not need it still work.</summary>
public sealed class NativeLibraryException : LoopRigException
{
    /// <summary>Names the library and what to do.</summary>
    public NativeLibraryException(string message) : base(message) { }

    /// <summary>Names the library and what to do, with the cause.</summary>
    public NativeLibraryException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>An operator of libtorch failed. Its inputs are unchanged and the process goes on.</summary>
public sealed class TorchException : LoopRigException
{
    /// <summary>Carries operator, schema and libtorch's message.</summary>
    public TorchException(string message) : base(message) { }

    /// <summary>Carries operator, schema and libtorch's message, with the cause.</summary>
    public TorchException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>A device, file source, socket or stream failed. The other streams go on until the run is stopped.</summary>
public sealed class DeviceException : LoopRigException
{
    /// <summary>Names the device, file or endpoint and what happened.</summary>
    public DeviceException(string device, string message, Exception? inner = null) : base($"{device}: {message}", inner) => Device = device;

    /// <summary>The device, file or endpoint.</summary>
    public string Device { get; }
}

/// <summary>A file cannot be read as what it claims to be. Nothing else is affected.</summary>
public sealed class DataFileException : LoopRigException
{
    /// <summary>Names the file and what is wrong in it.</summary>
    public DataFileException(string file, string message, Exception? inner = null) : base($"{file}: {message}", inner) => File = file;

    /// <summary>The file's path.</summary>
    public string File { get; }
}

/// <summary>A session cannot be written or read. What was flushed before stays readable.</summary>
public sealed class RecordingException : LoopRigException
{
    /// <summary>Names the session or segment and what happened.</summary>
    public RecordingException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>A network cannot be built, or does not fit its weights or the rig's streams. A network that runs already goes on.</summary>
public sealed class NetworkException : LoopRigException
{
    /// <summary>Names the network's file and what does not fit.</summary>
    public NetworkException(string message, Exception? inner = null) : base(message, inner) { }
}
