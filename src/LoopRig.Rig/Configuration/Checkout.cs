namespace LoopRig.Rig.Configuration;

/// <summary>The folder that the program was built in.</summary>
internal static class Checkout
{
    /// <summary>The repository's root: the first folder above the program with the solution in it; where there is none, the current directory.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LoopRig.sln")))
            {
                return folder.FullName;
            }
        }
        return Environment.CurrentDirectory;
    }
}
