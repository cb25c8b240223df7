// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")

/// Modules that simulations and property tests spend their time in: optimised also in debug builds, where all checks and
/// assertions stay on.
let hot: Set = [
    "BoxRules", "CSVText", "Canteen", "Delivery", "Effects", "FaceMatch", "Journal", "JSONText", "Ledger", "Parking",
    "Payments", "People", "Purses", "SQLite", "Simulation", "Tariffs", "Vocabulary", "Wire",
]
let optimised: [SwiftSetting] =
    settings + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

func name(_ path: String) -> String { String(path.split(separator: "/").last!) }

/// One folder, one module.
func module(_ path: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name(path), dependencies: dependencies, path: "Sources/\(path)",
        swiftSettings: hot.contains(name(path)) ? optimised : settings)
}

func program(_ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name(path), dependencies: dependencies, path: "Sources/\(path)", swiftSettings: settings)
}

/// A C library of the system, behind a shim header.
func library(_ name: String, _ pkgConfig: String, apt package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// What a benchmark is measured against: plain C with a library of the system.
func peer(_ name: String, _ library: String) -> Target {
    .executableTarget(name: name, path: "Sources/Benchmarks/\(name)", linkerSettings: [.linkedLibrary(library)])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

let package = Package(
    name: "turnpike",
    products: [
        .executable(name: "canteend", targets: ["canteend"]),
        .executable(name: "parkingd", targets: ["parkingd"]),
        .executable(name: "platformd", targets: ["platformd"]),
        .executable(name: "turnpike", targets: ["turnpike"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        library("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        library("CExpat", "expat", apt: "libexpat1-dev"),
        library("CGpiod", "libgpiod", apt: "libgpiod-dev"),
        library("CMosquitto", "libmosquitto", apt: "libmosquitto-dev"),
        library("CQREncode", "libqrencode", apt: "libqrencode-dev"),
        library("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
        .target(name: "CLinux", path: "Sources/C/CLinux"),
        .target(name: "CSecret", path: "Sources/C/CSecret", linkerSettings: [.linkedLibrary("crypt")]),

        module("Shared/Vocabulary"),
        module("Shared/JSONText"),
        module("Shared/CSVText", ["JSONText"]),
        module("Shared/Wire", ["JSONText", "Vocabulary", crypto]),

        module("Rules/Effects", ["JSONText", "Vocabulary", "Wire"]),
        module("Rules/Payments", ["JSONText", "Purses", "Vocabulary", "Wire"]),
        module("Rules/Tariffs", ["JSONText", "Vocabulary"]),
        module("Rules/Purses", ["CSVText", "JSONText", "Vocabulary"]),
        module("Rules/People", ["CSVText", "JSONText", "Vocabulary", "Wire"]),
        module("Rules/Delivery", ["JSONText", "Vocabulary", "Wire"]),
        module("Rules/BoxRules", ["Delivery", "Effects", "Vocabulary", "Wire"]),
        module("Rules/DeskOrders", ["JSONText", "Vocabulary"]),
        module("Rules/Shifts", ["JSONText", "Vocabulary", "Wire"]),
        module("Rules/Parking", ["Effects", "JSONText", "Payments", "Shifts", "Tariffs", "Vocabulary", "Wire"]),
        module("Rules/FaceMatch", ["Vocabulary"]),
        module("Rules/Tickets", ["JSONText", "Vocabulary", "Wire"]),
        module("Rules/Register", ["JSONText", "Vocabulary"]),
        module(
            "Rules/Canteen",
            ["DeskOrders", "Effects", "JSONText", "Payments", "Purses", "Register", "Tickets", "Vocabulary", "Wire"]),

        module("Support/Host", ["CLinux", "CSecret", "Vocabulary"]),
        module("Support/HTTPClient", ["CCurl", "Host", "Vocabulary"]),
        module("Support/SQLite", ["CSQLite"]),
        module("Support/MQTTLink", ["CLinux", "CMosquitto", "Host", "Vocabulary"]),

        module("Support/GB18030Text"),

        module("Edge/Journal", ["Delivery", "Host", "SQLite", "Vocabulary", "Wire"]),
        module("Edge/FaceStore", ["FaceMatch", "Host", "SQLite", "Vocabulary", crypto]),
        module("Edge/Devices/GPIO", ["CGpiod", "Vocabulary"]),
        .target(
            name: "DeskPage", path: "Sources/Edge/DeskPage",
            resources: [
                .embedInCode("desk.html"), .embedInCode("desk.css"), .embedInCode("desk-words.js"),
                .embedInCode("desk-board.js"), .embedInCode("desk-lane.js"), .embedInCode("desk-dialogs.js"),
                .embedInCode("desk-shift.js"), .embedInCode("desk-inside.js"),
            ],
            swiftSettings: settings),
        .target(
            name: "DriverPage", path: "Sources/Edge/DriverPage",
            resources: [.embedInCode("driver.html"), .embedInCode("driver.css"), .embedInCode("driver.js")],
            swiftSettings: settings),
        .target(
            name: "PageParts", path: "Sources/Edge/PageParts",
            resources: [
                .embedInCode("page.css"), .embedInCode("page.js"), .embedInCode("page-dialogs.js"),
                .embedInCode("page.html"), .embedInCode("report.js"), .embedInCode("screen.js"),
            ],
            swiftSettings: settings),
        .target(
            name: "TillPage", path: "Sources/Edge/TillPage",
            resources: [
                .embedInCode("till.html"), .embedInCode("till.css"), .embedInCode("till-words.js"),
                .embedInCode("till-board.js"), .embedInCode("till-sale.js"), .embedInCode("customer.html"),
                .embedInCode("customer.css"), .embedInCode("customer.js"),
            ],
            swiftSettings: settings),
        module("Edge/Devices/PlateCamera", ["CExpat", "GB18030Text", "JSONText", "Vocabulary"]),
        module("Edge/Devices/FaceTerminal", ["JSONText", "Vocabulary"]),
        module("Edge/Devices/KeyWedge", ["Vocabulary"]),
        module("Edge/Devices/Printer", ["GB18030Text", "Host", "Vocabulary"]),
        module("Edge/Devices/Scale", ["Vocabulary"]),
        module("Edge/Devices/Serial", ["CLinux", "Host", "JSONText", "Vocabulary"]),
        module("Edge/Devices/Sign", ["GB18030Text", "Host", "Vocabulary"]),
        module("Edge/Devices/Speech", ["CLinux", "Host", "Vocabulary"]),
        module("Edge/Devices/Wiegand", ["Vocabulary"]),
        module(
            "Edge/CameraLink",
            ["Delivery", "HTTPClient", "Host", "MQTTLink", "Parking", "PlateCamera", "Vocabulary"]),
        module(
            "Edge/FaceLink", ["FaceTerminal", "Host", "JSONText", "MQTTLink", "SQLite", "Vocabulary"]),
        module(
            "Edge/Kiosk",
            [
                "DeskOrders", "DeskPage", "DriverPage", "Host", "JSONText", "PageParts", "PlateCamera", "Shifts",
                "TillPage", "Vocabulary", httpTypes, hummingbird, lifecycle, logging, nio,
            ]),
        module(
            "Edge/EdgeRuntime",
            [
                "BoxRules", "Delivery", "Effects", "GB18030Text", "GPIO", "Host", "JSONText", "Journal", "MQTTLink",
                "Printer", "Readers", "Serial", "Sign", "Speech", "Vocabulary", "Wire", lifecycle, logging, signals,
            ]),

        module(
            "Edge/CanteenFit",
            [
                "Canteen", "EdgeRuntime", "FaceLink", "FaceModule", "FaceTerminal", "GPIO", "Host", "JSONText",
                "Purses", "Readers", "Serial", "Vocabulary", "Wire",
            ]),
        module(
            "Edge/FaceModule",
            ["CLinux", "FaceMatch", "FaceStore", "Host", "JSONText", "Serial", "Vocabulary"]),
        module(
            "Edge/Readers",
            [
                "CLinux", "GPIO", "Host", "JSONText", "KeyWedge", "Scale", "Serial", "Vocabulary", "Wiegand",
            ]),
        module(
            "Edge/RegisterLink",
            [
                "Host", "JSONText", "Register", "SQLite", "Serial", "Vocabulary", httpTypes, hummingbird,
                hummingbirdCore, lifecycle, logging, nio,
            ]),

        module("Edge/QRCode", ["CQREncode"]),

        module("Platform/Ledger", ["SQLite", "Vocabulary"]),
        module("Platform/Acquiring", ["SQLite", "Vocabulary"]),
        module(
            "Platform/Services",
            [
                "Acquiring", "Host", "JSONText", "Ledger", "Parking", "Payments", "People", "Purses", "SQLite",
                "Tariffs", "Tickets", "Vocabulary", "Wire",
            ]),

        module(
            "Platform/Phone",
            ["Host", "JSONText", "Services", "Vocabulary", "Wire", httpTypes, hummingbird, logging, nio]),

        module("ParkingDay", ["JSONText", "Vocabulary", "Wire"]),
        module(
            "Simulation",
            [
                "Acquiring", "BoxRules", "Canteen", "Effects", "JSONText", "Journal", "Ledger", "Parking", "ParkingDay",
                "Payments", "People", "PlateCamera", "Purses", "SQLite", "Services", "Shifts", "Tariffs", "Vocabulary",
                "Wire",
            ]),
        module("TariffTables", ["Tariffs", "Vocabulary"]),
        module("StandIns", ["Host", "JSONText", "MQTTLink", "PlateCamera", "Vocabulary", crypto]),
        module("DemoParts", ["Host", "JSONText", "Journal", "StandIns", "Vocabulary", "Wire"]),
        module(
            "CanteenDemo",
            [
                "Canteen", "DemoParts", "EdgeRuntime", "GB18030Text", "Host", "JSONText", "Journal", "Payments",
                "People", "Purses", "Services", "StandIns", "Vocabulary", "Wire",
            ]),
        module(
            "ParkingDemo",
            [
                "DemoParts", "DeskOrders", "EdgeRuntime", "Host", "JSONText", "Journal", "Parking", "ParkingDay",
                "Payments",
                "Services", "StandIns", "Tariffs", "Vocabulary", "Wire",
            ]),

        program(
            "Daemons/platformd",
            [
                "Delivery", "Host", "JSONText", "MQTTLink", "Payments", "Phone", "QRCode", "Services", "Vocabulary",
                "Wire", argumentParser, logging,
            ]),
        program(
            "Daemons/turnpike",
            [
                "Acquiring", "CameraLink", "Canteen", "CanteenDemo", "CanteenFit", "Delivery", "DeskOrders",
                "EdgeRuntime", "Effects", "GB18030Text", "Host", "Journal", "JSONText", "MQTTLink", "Parking",
                "ParkingDay", "ParkingDemo", "Payments", "People", "PlateCamera", "Purses", "QRCode", "Services",
                "Shifts", "Simulation", "StandIns", "Tariffs", "TariffTables", "Tickets", "Vocabulary", "Wire",
                argumentParser,
            ]),
        program(
            "Daemons/canteend",
            [
                "Canteen", "CanteenFit", "Delivery", "DeskOrders", "EdgeRuntime", "Effects", "FaceLink", "FaceMatch",
                "FaceModule", "FaceStore", "FaceTerminal", "GPIO", "Host", "JSONText", "Kiosk", "MQTTLink", "Payments",
                "Purses", "QRCode", "Readers", "Register", "RegisterLink", "Scale", "Serial", "Tickets", "Vocabulary",
                "Wiegand", "Wire",
                argumentParser, lifecycle, logging,
            ]),
        program(
            "Daemons/parkingd",
            [
                "CameraLink", "DeskOrders", "EdgeRuntime", "Effects", "Host", "JSONText", "Kiosk", "Parking",
                "Payments", "PlateCamera", "Printer", "QRCode", "Shifts", "Tariffs", "Vocabulary", "Wire",
                argumentParser, lifecycle,
                logging,
            ]),

        module(
            "Benchmarks/BenchSupport", ["EdgeRuntime", "Host", "Journal", "Parking", "StandIns", "Vocabulary", "Wire"]),
        peer("CanteenPeer", "mosquitto"),
        peer("DrainPeer", "mosquitto"),
        .executableTarget(
            name: "FacePeer", path: "Sources/Benchmarks/FacePeer", cSettings: [.unsafeFlags(["-O3"])]),
        peer("JournalPeer", "sqlite3"),
        peer("RelayPeer", "mosquitto"),
        program(
            "Benchmarks/BenchBox", ["BenchSupport", "EdgeRuntime", "Effects", "Host", "Vocabulary", "Wire", logging]),
        program("Benchmarks/CanteenBench", ["BenchSupport", "CanteenDemo", "Host", "StandIns", "Vocabulary"]),
        program("Benchmarks/BoxBench", ["BenchSupport", "Host", "StandIns", "Vocabulary"]),
        program("Benchmarks/DrainBench", ["BenchSupport", "Host", "Services", "StandIns", "Vocabulary"]),
        program("Benchmarks/FaceBench", ["BenchSupport", "FaceMatch", "FaceStore", "StandIns", "Vocabulary"]),
        program("Benchmarks/JournalBench", ["BenchSupport", "Host", "Journal", "StandIns", "Vocabulary"]),
        program("Benchmarks/QueueBench", ["BenchSupport", "Host", "StandIns", "Vocabulary"]),
        program("Benchmarks/RelayBench", ["BenchSupport", "Host", "StandIns", "Vocabulary"]),

        tests("VocabularyTests", ["Vocabulary"]),
        // It compares with every template, the plain way: slow unless optimised.
        .testTarget(
            name: "FaceMatchTests", dependencies: ["FaceMatch", "Vocabulary"], path: "Tests/FaceMatchTests",
            swiftSettings: optimised),
        tests("JSONTextTests", ["JSONText"]),
        tests("WireTests", ["JSONText", "Vocabulary", "Wire"]),
        tests("TidyTests", []),
        tests("EffectsTests", ["Effects", "JSONText", "Vocabulary"]),
        tests("BoxRulesTests", ["BoxRules", "Delivery", "Effects", "Vocabulary", "Wire"]),
        tests("DeskOrdersTests", ["DeskOrders", "JSONText", "Vocabulary"]),
        tests("ShiftsTests", ["JSONText", "Shifts", "Vocabulary", "Wire"]),
        tests(
            "ParkingTests", ["Effects", "JSONText", "Parking", "Payments", "Shifts", "Tariffs", "Vocabulary", "Wire"]),
        tests("TariffsTests", ["JSONText", "TariffTables", "Tariffs", "Vocabulary"]),
        tests("PaymentsTests", ["JSONText", "Payments", "Purses", "Vocabulary", "Wire"]),
        tests("CSVTextTests", ["CSVText", "JSONText"]),
        tests("PeopleTests", ["GB18030Text", "JSONText", "People", "Vocabulary", "Wire"]),
        tests("PursesTests", ["GB18030Text", "JSONText", "Purses", "Vocabulary"]),
        tests("TicketsTests", ["JSONText", "QRCode", "Tickets", "Vocabulary", "Wire"]),
        tests(
            "CanteenTests",
            [
                "Canteen", "DeskOrders", "Effects", "JSONText", "Payments", "Purses", "Register", "Tickets",
                "Vocabulary", "Wire",
            ]),
        tests(
            "KioskTests",
            [
                "DeskOrders", "DeskPage", "Host", "JSONText", "Kiosk", "Shifts", "StandIns", "TillPage", "Vocabulary",
                lifecycle,
                logging,
            ]),
        tests("QRCodeTests", ["Payments", "QRCode", "StandIns", "Vocabulary"]),
        tests("DeliveryTests", ["Delivery", "Vocabulary", "Wire"]),
        tests("GPIOTests", ["GPIO", "Vocabulary"]),
        tests(
            "LaneDeviceTests",
            [
                "EdgeRuntime", "Effects", "GB18030Text", "Host", "JSONText", "Parking", "Printer", "Serial", "Sign",
                "Speech", "StandIns",
                "Vocabulary", logging,
            ]),
        tests("PrinterTests", ["GB18030Text", "Host", "Printer", "StandIns", "Vocabulary"]),
        tests("SerialTests", ["Host", "Serial", "StandIns", "Vocabulary"]),
        tests("SignTests", ["Effects", "GB18030Text", "Sign", "Vocabulary"]),
        tests("SpeechTests", ["Host", "Speech", "StandIns", "Vocabulary"]),
        tests("HostTests", ["Host", "Vocabulary"]),
        tests(
            "CameraLinkTests",
            ["CameraLink", "HTTPClient", "Host", "MQTTLink", "PlateCamera", "StandIns", "Vocabulary"]),
        tests("FaceLinkTests", ["FaceLink", "FaceTerminal", "Host", "JSONText", "MQTTLink", "StandIns", "Vocabulary"]),
        tests("PlateCameraTests", ["JSONText", "PlateCamera", "Vocabulary"]),
        tests("FaceTerminalTests", ["FaceTerminal", "JSONText", "Vocabulary"]),
        tests("KeyWedgeTests", ["KeyWedge", "Vocabulary"]),
        tests("ScaleTests", ["Scale", "Vocabulary"]),
        tests(
            "FaceModuleTests",
            [
                "FaceMatch", "FaceModule", "FaceStore", "Host", "JSONText", "SQLite", "Serial", "StandIns",
                "Vocabulary",
            ]),
        tests(
            "CanteenFitTests",
            ["Canteen", "CanteenFit", "EdgeRuntime", "FaceLink", "FaceTerminal", "JSONText", "Vocabulary", "Wire"]),
        tests(
            "ReadersTests",
            [
                "EdgeRuntime", "FaceLink", "FaceModule", "GPIO", "Host", "JSONText", "Readers", "Scale", "Serial",
                "StandIns", "Vocabulary", "Wiegand",
            ]),
        tests("RegisterTests", ["JSONText", "Register", "Vocabulary"]),
        tests(
            "RegisterLinkTests",
            ["Host", "JSONText", "Register", "RegisterLink", "Serial", "StandIns", "Vocabulary", lifecycle, logging]),
        tests("WiegandTests", ["Vocabulary", "Wiegand"]),
        .target(name: "TestParts", path: "Tests/TestParts", swiftSettings: settings),
        tests("SQLiteTests", ["SQLite", "TestParts"]),
        tests("MQTTLinkTests", ["Host", "MQTTLink", "StandIns", "Vocabulary"]),
        .executableTarget(
            name: "JournalCrashChild", dependencies: ["Host", "Journal", "Vocabulary"],
            path: "Tests/JournalCrashChild", swiftSettings: settings),
        tests(
            "JournalTests",
            [
                "Delivery", "Host", "Journal", "JournalCrashChild", "SQLite", "StandIns", "TestParts", "Vocabulary",
                "Wire",
            ]),
        .executableTarget(
            name: "FaceStoreCrashChild", dependencies: ["FaceMatch", "FaceStore", "Vocabulary"],
            path: "Tests/FaceStoreCrashChild", swiftSettings: settings),
        tests(
            "FaceStoreTests",
            ["FaceMatch", "FaceStore", "FaceStoreCrashChild", "Host", "SQLite", "StandIns", "Vocabulary"]),
        tests(
            "SimulationTests",
            ["Canteen", "JSONText", "Parking", "ParkingDay", "Purses", "Simulation", "Vocabulary"]),
        tests("LedgerTests", ["Ledger", "SQLite", "Vocabulary"]),
        tests("AcquiringTests", ["Acquiring", "SQLite", "Vocabulary"]),
        tests(
            "ServicesTests",
            [
                "Acquiring", "Canteen", "Effects", "Host", "JSONText", "Ledger", "Parking", "Payments", "People",
                "Purses", "Services", "SQLite", "Tariffs", "TestParts", "Tickets", "Vocabulary", "Wire",
            ]),
        tests("PhoneTests", ["JSONText", "Phone", "Services", "Vocabulary"]),
        tests(
            "IntegrationTests",
            [
                "Acquiring", "CanteenDemo", "Delivery", "DemoParts", "DeskOrders", "EdgeRuntime", "GB18030Text", "Host",
                "JSONText", "Journal",
                "MQTTLink", "Parking", "ParkingDay", "ParkingDemo", "Payments", "RegisterLink", "SQLite", "Services",
                "Sign",
                "StandIns", "Vocabulary", "Wire", "canteend", "parkingd", "platformd", "turnpike",
            ]),
    ]
)
